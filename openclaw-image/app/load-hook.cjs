// Loaded into every node process of the image by NODE_OPTIONS. It changes nothing about which modules load.
//
// "load" is needed: OpenClaw installs resolve hooks, and node 24 with resolve hooks but no load hook hands an ES module that
// is require()d the empty exports of the CommonJS modules that it imports ("does not provide an export named 'default'": the
// discord plugin), or calls it "not yet fully loaded". Remove it when the plugins load without it.
//
// "resolve" saves time: between OpenClaw's own files, which import each other some 15,000 times during a start, a relative name
// is a path, and node need not look for a package.json each time to tell that a .mjs file is an ES module.
const own = 'file:///opt/openclaw/node_modules/openclaw/dist/';

require('node:module').registerHooks({
    resolve(specifier, context, nextResolve) {
        if (specifier.startsWith('.') && specifier.endsWith('.mjs') && context.parentURL?.startsWith(own)
                && !context.conditions?.includes('require')) {
            const { href } = new URL(specifier, context.parentURL);
            if (href.startsWith(own)) return { url: href, format: 'module', shortCircuit: true };
        }
        return nextResolve(specifier, context);
    },
    load: (url, context, nextLoad) => nextLoad(url, context),
});
