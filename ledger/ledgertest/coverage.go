package ledgertest

import "pedigree/ledger"

// Coverage collects what transcripts have met, so that a module's test can ask
// for a case of every entry kind, event and error code.
type Coverage struct {
	accepted, refused, events, codes map[string]bool
}

// NewCoverage returns an empty Coverage.
func NewCoverage() *Coverage {
	return &Coverage{accepted: map[string]bool{}, refused: map[string]bool{}, events: map[string]bool{}, codes: map[string]bool{}}
}

// Missing lists what a module has and the transcripts lack: entry kinds never
// accepted or never refused, events never emitted, codes never given.
func (c *Coverage) Missing(m ledger.Module) []string {
	var out []string
	want := func(met map[string]bool, name, what string) {
		if !met[name] {
			out = append(out, what+" "+name)
		}
	}
	for _, e := range m.Entries {
		want(c.accepted, m.Name+"/"+e.Name, "no transcript accepts")
		want(c.refused, m.Name+"/"+e.Name, "no transcript refuses")
	}
	for _, e := range m.Events {
		want(c.events, m.Name+"/"+e, "no transcript emits")
	}
	for _, code := range m.Codes {
		want(c.codes, code.Name, "no transcript shows the code")
	}
	return out
}

// noteKinds notes what became of an envelope. A refused one of several entries
// counts for none of them, for nothing tells which was at fault.
func (c *Coverage) noteKinds(kinds []string, accepted bool) {
	if c == nil || !accepted && len(kinds) > 1 {
		return
	}
	met := c.refused
	if accepted {
		met = c.accepted
	}
	for _, k := range kinds {
		met[k] = true
	}
}

func (c *Coverage) noteEvent(name string) {
	if c != nil {
		c.events[name] = true
	}
}

func (c *Coverage) noteCode(name string) {
	if c != nil {
		c.codes[name] = true
	}
}
