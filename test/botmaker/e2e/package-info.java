/// Tests of the whole program: over HTTP, from the command line and in a browser, mostly with a real engine.
package botmaker.e2e;
