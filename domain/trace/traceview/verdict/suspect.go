package verdict

import "slices"

// suspects are the rules that make goods suspect: somebody has to look into it.
var suspects = []string{
	RuleStolen, RuleIllegitimate, RuleSuspect, RuleDuplicate, RuleContradiction, RuleStatement, RuleMakerDenies,
}

// Suspect tells whether a rule makes goods suspect, so that an exception case is opened
// about them. Recalled, expired and held goods are not: why they stop is known, and
// what to do with them too.
func Suspect(rule string) bool { return slices.Contains(suspects, rule) }
