// Package all is the ordered list of modules. The order is consensus: every
// validator runs the modules in it, so a line is only ever added at the end.
package all

import (
	"pedigree/domain/org"
	"pedigree/domain/trace"
	"pedigree/ledger"
)

// Modules lists the modules in consensus order.
func Modules() []ledger.Module {
	return []ledger.Module{
		org.Module(),
		trace.Module(),
	}
}

// Governor answers for members' keys.
func Governor() ledger.Governor { return org.Governor{} }
