package verdict

import "slices"

// lifted are the rules that only say that something is missing which the law's duties
// of tracing would have brought. Where the duties don't hold, none of that is owed.
var lifted = []string{RuleProductNoData, RuleUnknown, RuleNoMaker, RuleMakerSilent, RuleSellerUnknown, RuleOwnWord, RuleDataFaulty}

// Lifted are the rules that a ground of RuleNoDuty makes notices of. None of them is a
// STOP: what speaks against goods does so whatever the law has traced.
func Lifted() []string { return slices.Clone(lifted) }

// lift makes notices of the facts that a ground without duty lifts.
func lift(facts []Fact) (left, notices []Fact) {
	if !slices.ContainsFunc(facts, func(f Fact) bool { return f.Rule == RuleNoDuty }) {
		return facts, nil
	}
	for _, f := range facts {
		if slices.Contains(lifted, f.Rule) {
			f.Word, f.Next, f.Command = OK, "", ""
			notices = append(notices, f)
			continue
		}
		left = append(left, f)
	}
	return left, notices
}

// Duty is by what ground the law's duties of tracing don't hold for a thing.
type Duty struct {
	Ground string // its code; empty: none, or none that counts
	Text   string // the ground in a sentence, with its clause
	Doubt  string // why a ground that somebody entered doesn't count, and what to do

	Command string // what helps with the doubt on the command line
	Basis   Basis
}
