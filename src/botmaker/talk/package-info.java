/// Talks to a running bot from the dashboard.
package botmaker.talk;
