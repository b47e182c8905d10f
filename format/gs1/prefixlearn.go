package gs1

import "iter"

// PrefixesFromURNs learns GS1 company prefixes from the EPC URNs of a document
// or of master data: each URN that is right tells where its prefix ends. Other
// text is passed over. Where one prefix begins with another, for which two
// companies would own the same keys, the one seen first stays and the other is
// among the conflicts, each prefix once and at most MaxPrefixConflicts; an error
// gs1/too-long ends the list where MaxPrefixes are known and more follow.
func PrefixesFromURNs(urns iter.Seq[string]) (*Prefixes, []*Error) {
	l := learner{table: &Prefixes{known: map[string]struct{}{}}, begins: map[string]string{}, refused: map[string]struct{}{}}
	for urn := range urns {
		if !l.take(urn) {
			break
		}
	}
	return l.table, l.conflicts
}

// learner keeps what PrefixesFromURNs has seen.
type learner struct {
	table     *Prefixes
	begins    map[string]string   // beginning of a known prefix to that prefix
	refused   map[string]struct{} // prefixes in conflict
	conflicts []*Error
}

// take learns from one URN, and says whether there is room for more.
func (l *learner) take(urn string) bool {
	prefix, ok := CompanyPrefixOf(urn)
	if !ok {
		return true
	}
	if _, known := l.table.known[prefix]; known {
		return true
	}
	if len(l.table.known) == MaxPrefixes {
		l.conflicts = append(l.conflicts, refuse(RuleTooLong, urn, "company prefix", 0, "more than "+itoa(MaxPrefixes)+" company prefixes are named"))
		return false
	}
	l.learn(prefix, urn)
	return true
}

func (l *learner) learn(prefix, urn string) {
	if other, within := l.overlap(prefix); within {
		if _, told := l.refused[prefix]; told || len(l.conflicts) == MaxPrefixConflicts {
			return
		}
		l.refused[prefix] = struct{}{}
		l.conflicts = append(l.conflicts, refuse(RulePrefixOverlap, clip(urn), "company prefix", 0, "the company prefix "+prefix+" contradicts "+other+", which was seen before"))
		return
	}
	l.table.known[prefix] = struct{}{}
	for n := MinPrefix; n < len(prefix); n++ {
		l.begins[prefix[:n]] = prefix
	}
}

// overlap finds a known prefix that begins the new one, or begins with it.
func (l *learner) overlap(prefix string) (string, bool) {
	if n, ok := l.table.PrefixLength(prefix); ok {
		return prefix[:n], true
	}
	other, ok := l.begins[prefix]
	return other, ok
}
