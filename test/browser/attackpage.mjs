/**
 * What one page tries: runs in the page, alone, so it may use nothing from outside.
 *
 * @returns what it could read, in words
 */
export async function attack({ target, routes }) {
  const told = [];
  const json = '{"name":"evil","ai":{"provider":"anthropic","model":"m","apiKey":"sk-ant-0123456789"},"channel":{"type":"webchat"}}';
  const split = routes.map((route) => route.split(" "));
  const changing = split.filter(([method]) => method !== "GET");
  const reading = split.filter(([method]) => method === "GET").map(([, path]) => path);
  const endless = /\/(events|logs)$/;
  const soon = (ms) => new Promise((done) => setTimeout(done, ms));

  // fetch in every mode, with the types of content that need no leave, and with those that do
  async function read(what, url, options) {
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), 3000);
    try {
      const answer = await fetch(url, { signal: over.signal, ...options });
      if (answer.type !== "opaque" && answer.type !== "opaqueredirect") told.push(`${what} was answered readably: ${answer.status} ${url}`);
      else if ((await answer.text()) !== "") told.push(`${what} has text: ${url}`);
    } catch {
      // refused by the browser or never answered: so it should be
    } finally {
      clearTimeout(timer);
    }
  }
  for (const [method, path] of changing) {
    const url = target + path;
    const tries = [];
    for (const mode of ["cors", "no-cors"]) for (const credentials of ["include", "omit"]) {
      tries.push(read(`${mode} ${credentials} without a body`, url, { method: "POST", mode, credentials }));
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "text/plain;application/json"]) {
        tries.push(read(`${mode} ${credentials} ${type}`, url, { method: "POST", mode, credentials, body: json, headers: { "Content-Type": type } }));
      }
    }
    tries.push(read("keepalive", url, { method: "POST", mode: "no-cors", credentials: "include", keepalive: true, body: "" }));
    tries.push(read("its own method with JSON", url, { method, credentials: "include", body: method === "DELETE" ? undefined : json, headers: { "Content-Type": "application/json" } }));
    tries.push(read("its own method without more", url, { method, credentials: "include" }));
    tries.push(read("redirected", "/to?url=" + encodeURIComponent(url), { method: "POST", mode: "no-cors", credentials: "include", body: "" }));
    tries.push(read("redirected with JSON", "/to?url=" + encodeURIComponent(url), { method, credentials: "include", body: method === "DELETE" ? undefined : json, headers: { "Content-Type": "application/json" } }));
    tries.push(read("another method in a header", url, { method: "POST", credentials: "include", headers: { "X-HTTP-Method-Override": method } }));
    tries.push(new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      request.withCredentials = true;
      request.timeout = 3000;
      request.onload = () => told.push(`XHR was answered: ${request.status} ${url}`);
      request.onloadend = done;
      request.send(method === "DELETE" ? null : json);
    }));
    navigator.sendBeacon(url, json);
    navigator.sendBeacon(url, new Blob([json], { type: "application/json" }));
    navigator.sendBeacon(url, "");
    await Promise.all(tries);
  }

  // forms, into frames, of every encoding; `text/plain` with a body that looks like JSON
  for (const [method, path] of changing) {
    const fields = [null, [json.slice(0, -1) + ',"x":"', '"}'], ["_method", method]];
    const forms = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"].flatMap((enctype) => fields.map((field) => [enctype, field]));
    await Promise.all(forms.map(async ([enctype, field]) => {
      const frame = document.createElement("iframe");
      frame.name = "f" + Math.random();
      const form = Object.assign(document.createElement("form"), { method: "post", action: target + path, enctype, target: frame.name });
      if (field) form.append(Object.assign(document.createElement("input"), { name: field[0], value: field[1] }));
      document.body.append(frame, form);
      const over = new Promise((done) => { frame.onload = done; });
      form.submit();
      await Promise.race([over, soon(3000)]);
      try {
        if (frame.contentDocument && frame.contentWindow.location.href !== "about:blank") told.push(`a form's answer can be read: ${path}`);
      } catch { /* another origin */ }
      frame.remove();
      form.remove();
    }));
  }
  // a form that is only a dialogue's, and a link that pings
  for (const [, path] of changing) {
    const dialog = document.createElement("dialog");
    dialog.innerHTML = `<form method=dialog action="${target + path}"><button formmethod=dialog>x</button></form><form action="${target + path}"><button formmethod=post formtarget=nowhere>x</button></form>`;
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("button").click();
    const link = Object.assign(document.createElement("a"), { href: "#x", ping: target + path });
    document.body.append(link);
    link.click();
    dialog.remove();
  }

  // everything that loads something: that it fired `load` would tell a stranger what is there
  const files = ["/", "/js/app/main.js", "/css/base.css", "/favicon.svg", "/icon.svg", "/health", ...reading, ...changing.map(([, path]) => path)];
  function loads(tag, attributes, url, attribute) {
    return Promise.race([soon(3000), new Promise((done) => {
      const element = Object.assign(document.createElement(tag), attributes);
      element.onload = element.onloadeddata = () => { told.push(`<${tag} ${JSON.stringify(attributes)}> loaded ${url}`); done(); };
      element.onerror = done;
      element[attribute] = url;
      document.body.append(element);
    })]);
  }
  for (const path of files.filter((path) => !endless.test(path))) {
    const url = target + path;
    await Promise.all([
      loads("img", {}, url, "src"),
      loads("img", { crossOrigin: "use-credentials" }, url, "src"),
      loads("script", {}, url, "src"),
      loads("script", { type: "module", crossOrigin: "use-credentials" }, url, "src"),
      loads("link", { rel: "stylesheet" }, url, "href"),
      loads("link", { rel: "preload", as: "fetch", crossOrigin: "use-credentials" }, url, "href"),
      import(url).then(() => told.push(`imported ${url}`), () => {}),
      read("cors", url, { credentials: "include" }),
      read("cors without credentials", url, { credentials: "omit" }),
      read("HEAD", url, { method: "HEAD", credentials: "include" }),
      read("no-cors", url, { mode: "no-cors", credentials: "include" }),
    ]);
    for (const rel of ["prefetch", "dns-prefetch", "preconnect", "modulepreload", "prerender"]) {
      document.head.append(Object.assign(document.createElement("link"), { rel, href: url }));
    }
    for (const [tag, attribute] of [["video", "src"], ["audio", "src"], ["source", "src"], ["track", "src"]]) {
      document.body.append(Object.assign(document.createElement(tag), { [attribute]: url }));
    }
  }
  const rules = Object.assign(document.createElement("script"), { type: "speculationrules" });
  rules.textContent = JSON.stringify({ prefetch: [{ source: "list", urls: files.filter((path) => !endless.test(path)).map((path) => target + path) }] });
  document.head.append(rules);

  // streams
  for (const path of reading.filter((path) => endless.test(path))) {
    await Promise.race([soon(3000), new Promise((done) => {
      const source = new EventSource(target + path, { withCredentials: true });
      source.onopen = source.onmessage = () => { told.push(`an event stream opened: ${path}`); source.close(); done(); };
      source.onerror = () => { source.close(); done(); };
    })]);
  }
  await Promise.all(split.map(([, path]) =>
    Promise.race([soon(3000), new Promise((done) => {
      const socket = new WebSocket(target.replace("http", "ws") + path);
      socket.onopen = () => { told.push(`a web socket opened: ${path}`); socket.close(); done(); };
      socket.onerror = done;
    })])));
  await soon(2000); // for what is sent when the page has nothing else to do
  return told;
}
