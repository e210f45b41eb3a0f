/// What an outsider tries, one attack a test, against the whole program with a real engine behind it: somebody on the LAN, a
/// page in the operator's browser, another user of the host, a bot that was taken over. Each test asserts that the attack came
/// to nothing, and that the bots, the record of what was done, and what is left over are what they were before.
package botmaker.attack;
