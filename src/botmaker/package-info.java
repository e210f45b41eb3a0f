/// The program: command line, settings, and [App], which builds every part and joins them. Nothing imports this package.
package botmaker;
