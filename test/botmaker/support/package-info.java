/// What the tests of several packages share: BotMaker as an object or a process, engines, images, fake services, other users.
package botmaker.support;
