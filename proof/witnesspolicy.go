package proof

import (
	"fmt"
	"strconv"
	"strings"
)

// WitnessPolicy says which witnesses a reader knows, and which of them are enough.
// It comes by another way than what it judges, like a Trust.
type WitnessPolicy struct {
	Witnesses []WitnessKey
	groups    []witnessGroup
	quorum    string // a witness's or a group's name here
	names     map[string]bool
}

// witnessGroup is satisfied by need of its members.
type witnessGroup struct {
	name    string
	need    int
	members []string
}

// ParseWitnessPolicy reads a policy: one statement a line, words set off by blanks,
// # before a remark. The form is that of https://c2sp.org/tlog-policy without its log
// lines, for the trust file names the log:
//
//	witness NAME KEY [ADDRESS]
//	group NAME NUMBER|any|all MEMBER...
//	quorum NAME
//
// Members are witnesses and groups of earlier lines; no name is given twice, and
// the same key doesn't count as two witnesses.
func ParseWitnessPolicy(b []byte) (WitnessPolicy, error) {
	p := WitnessPolicy{names: map[string]bool{}}
	if len(b) > PolicyFileSizeMax {
		return p, fmt.Errorf("couldn't read the witness policy: it has more than %d bytes", PolicyFileSizeMax)
	}
	for i, line := range strings.Split(string(b), "\n") {
		text, _, _ := strings.Cut(line, "#")
		words := strings.Fields(text)
		if len(words) == 0 {
			continue
		}
		if err := p.statement(words); err != nil {
			return WitnessPolicy{}, fmt.Errorf("couldn't read line %d of the witness policy: %w", i+1, err)
		}
	}
	if p.quorum == "" {
		return WitnessPolicy{}, fmt.Errorf("couldn't read the witness policy: it has no quorum line; end it with quorum and the name of a group or witness")
	}
	return p, nil
}

func (p *WitnessPolicy) statement(words []string) error {
	switch words[0] {
	case "witness":
		return p.witness(words)
	case "group":
		return p.group(words)
	case "quorum":
		if len(words) != 2 || p.quorum != "" {
			return fmt.Errorf("one quorum, with one name, is expected")
		}
		if !p.names[words[1]] {
			return fmt.Errorf("no earlier line names %q", words[1])
		}
		p.quorum = words[1]
		return nil
	case "log":
		return fmt.Errorf("a log line doesn't belong here: the trust file names the ledger")
	}
	return fmt.Errorf("it begins with %q, and witness, group and quorum are known", words[0])
}

func (p *WitnessPolicy) name(name string) error {
	if p.names[name] || name == "none" {
		return fmt.Errorf("the name %q is taken", name)
	}
	p.names[name] = true
	return nil
}

func (p *WitnessPolicy) witness(words []string) error {
	if len(words) != 3 && len(words) != 4 {
		return fmt.Errorf("witness NAME KEY [ADDRESS] is expected")
	}
	if len(p.Witnesses) == WitnessesMax {
		return fmt.Errorf("more than %d witnesses", WitnessesMax)
	}
	key, err := ParseWitnessKey(words[2])
	if err != nil {
		return err
	}
	for _, other := range p.Witnesses {
		if other.Key.Equal(key.Key) || other.Name == key.Name {
			return fmt.Errorf("%s has the key or the name of %s, and would count twice", key.Name, other.Name)
		}
	}
	p.Witnesses = append(p.Witnesses, key)
	p.groups = append(p.groups, witnessGroup{name: words[1], members: []string{key.Name}})
	return p.name(words[1])
}

func (p *WitnessPolicy) group(words []string) error {
	if len(words) < 4 {
		return fmt.Errorf("group NAME NUMBER MEMBER... is expected")
	}
	if len(p.groups)-len(p.Witnesses) == WitnessesMax {
		return fmt.Errorf("more than %d groups", WitnessesMax)
	}
	members := words[3:]
	once := map[string]bool{}
	for _, m := range members {
		if !p.names[m] || once[m] {
			return fmt.Errorf("no earlier line names %q, or it is there twice", m)
		}
		once[m] = true
	}
	need, err := strconv.Atoi(words[2])
	switch {
	case words[2] == "any":
		need = 1
	case words[2] == "all":
		need = len(members)
	case err != nil || need < 1 || need > len(members) || strconv.Itoa(need) != words[2]:
		return fmt.Errorf("%q of %d members: use 1 to %d, any or all", words[2], len(members), len(members))
	}
	p.groups = append(p.groups, witnessGroup{name: words[1], need: need, members: members})
	return p.name(words[1])
}

// Enough says whether the witnesses with these names make the quorum.
func (p WitnessPolicy) Enough(names []string) bool {
	satisfied := map[string]bool{}
	signed := map[string]bool{}
	for _, n := range names {
		signed[n] = true
	}
	// A group stands after its members, so that one pass is enough.
	for _, g := range p.groups {
		if g.need == 0 {
			satisfied[g.name] = signed[g.members[0]]
			continue
		}
		n := 0
		for _, m := range g.members {
			if satisfied[m] {
				n++
			}
		}
		satisfied[g.name] = n >= g.need
	}
	return p.quorum != "" && satisfied[p.quorum]
}
