// Loaded by bot-link into every node process of a bot with BOTMAKER_LINKS.
//
// The servers that such a bot reaches through the broker have the address 127.0.0.1 in its /etc/hosts. OpenClaw fetches no file from a
// server at a loopback address, and no setting allows it to: files that people send at Slack and Mattermost would not arrive. What OpenClaw
// checks is the answer of dns.promises.lookup. For these names it is an address of 198.18.0.0/15 (RFC 2544), as some proxies make up:
// OpenClaw accepts it for files of Slack and of the bot's Mattermost server, and refuses it for URLs that people or models give.
//
// OpenClaw then connects to the address that it checked, which leads nowhere. Only at a port where bot-link listens is the name looked up
// again, as node does otherwise, and leads to the broker: a URL with such a name and another port does not reach the bot's own gateway.
const dns = require('node:dns');
const net = require('node:net');
const { readFileSync } = require('node:fs');

const checked = { address: '198.18.0.1', family: 4 };
const ports = new Set((process.env.BOTMAKER_LINKS ?? '').split(' ').map(link => parseInt(link, 10)));
const names = new Set(readFileSync('/etc/hosts', 'utf8').split('\n').map(line => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter(([address]) => address === '127.0.0.1').flatMap(([, ...hosts]) => hosts).filter(name => !/^localhost$|[.]localhost$/.test(name)));

const { lookup } = dns.promises;
dns.promises.lookup = async (name, options) => {
    const family = options?.family ?? options;
    return !names.has(name) || family === 6 || family === 'IPv6' ? lookup(name, options) : options?.all ? [{ ...checked }] : { ...checked };
};
require('node:module').syncBuiltinESMExports();

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
    const normalized = Array.isArray(args[0]); // what net.connect passes on
    const options = normalized ? args[0][0] : args[0];
    if (typeof options?.lookup === 'function' && names.has(options.host) && ports.has(Number(options.port))) {
        const again = { ...options, lookup: dns.lookup };
        if (normalized) args[0][0] = again; else args[0] = again;
    }
    return connect.apply(this, args);
};
