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
