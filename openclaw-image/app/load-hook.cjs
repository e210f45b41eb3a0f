// Loaded into every node process of the image by NODE_OPTIONS. It changes nothing about how modules load, and is
// needed: OpenClaw installs resolve hooks, and node 24 with resolve hooks but no load hook hands an ES module that
// is require()d the empty exports of the CommonJS modules that it imports ("does not provide an export named
// 'default'": the discord plugin), or calls it "not yet fully loaded". Remove it when the plugins load without it.
require('node:module').registerHooks({ load: (url, context, nextLoad) => nextLoad(url, context) });
