package gs1

import "strings"

// CheckAssociations says whether the elements may stand together: each AI that
// needs another has it, and none excludes another. GS1 wants this judged over
// all the codes on an item together, so Parse doesn't do it.
func (s Scan) CheckAssociations() error {
	for _, e := range s.Elements {
		spec := ais.exact(e.AI)
		if spec == nil {
			continue
		}
		if other := s.excluded(spec); other != "" {
			return refuse(RuleExcludedAI, e.Value, "AI "+e.AI, 0, "AI "+e.AI+" and AI "+other+" may not be used together")
		}
		if !s.satisfies(spec) {
			return refuse(RuleMissingAI, e.Value, "AI "+e.AI, 0, "AI "+e.AI+" needs one of "+spec.Requires)
		}
	}
	return nil
}

// excluded returns an AI of the scan the spec may not stand with.
func (s Scan) excluded(spec *AISpec) string {
	if spec.Excludes == "" {
		return ""
	}
	for _, pattern := range strings.Split(spec.Excludes, ",") {
		for _, e := range s.Elements {
			if e.AI != spec.AI && matchesAI(pattern, e.AI) {
				return e.AI
			}
		}
	}
	return ""
}

// satisfies says whether one group of the AIs the spec needs is all there.
func (s Scan) satisfies(spec *AISpec) bool {
	if spec.Requires == "" {
		return true
	}
	for _, group := range strings.Split(spec.Requires, ",") {
		if s.holdsAll(strings.Split(group, "+"), spec.AI) {
			return true
		}
	}
	return false
}

func (s Scan) holdsAll(patterns []string, self string) bool {
	for _, pattern := range patterns {
		found := false
		for _, e := range s.Elements {
			found = found || e.AI != self && matchesAI(pattern, e.AI)
		}
		if !found {
			return false
		}
	}
	return true
}

// matchesAI compares an AI with a pattern in which n stands for any digit.
func matchesAI(pattern, ai string) bool {
	if len(pattern) != len(ai) {
		return false
	}
	for i := 0; i < len(ai); i++ {
		if pattern[i] != ai[i] && pattern[i] != 'n' {
			return false
		}
	}
	return true
}
