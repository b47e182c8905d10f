package all

import (
	"pedigree/domain/anchor"
	"pedigree/domain/network"
	"pedigree/domain/org"
	"pedigree/domain/trace"
	"pedigree/ledger"
)

// Modules lists the modules in consensus order.
func Modules() []ledger.Module {
	return []ledger.Module{
		org.Module(),
		trace.Module(),
		network.Module(),
		anchor.Module(),
	}
}

// Governor answers for members' keys.
func Governor() ledger.Governor { return org.Governor{} }
