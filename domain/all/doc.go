// Package all is the ordered list of modules. The order is consensus: every
// validator runs the modules in it, so a line is only ever added at the end.
package all
