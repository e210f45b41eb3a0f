/// Makes sign-in links for a bot's Control UI.
package botmaker.controlui;
