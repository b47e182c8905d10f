package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"testing"

	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/caseview/deadline"
	"pedigree/domain/trace/dockview"
	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/dscsa"
	"pedigree/format/epcis"
)

// nodeSaying is what the node says by one code that never changes.
type nodeSaying struct {
	Text string `json:"text,omitempty"` // what is so
	Mend string `json:"mend,omitempty"` // how a document is mended
	Next string `json:"next,omitempty"` // what to do now
}

// sayings are the texts by code that reach screens, by what they are about. The console
// has a Spanish sentence for each, and its tests read them here.
func sayings() map[string]map[string]nodeSaying {
	all := map[string]map[string]nodeSaying{"verdict": {}, "finding": {}, "dock": {}, "limit": {}, "scenario": {}, "step": {}}
	for _, r := range verdict.Rows {
		all["verdict"][r.Rule] = nodeSaying{Text: r.Text, Next: r.Next}
	}
	for _, r := range epcis.Rules {
		fix, _ := dscsa.RemedyOf(r.Code)
		all["finding"][r.Code] = nodeSaying{Text: r.Meaning, Mend: r.Remedy, Next: fix.Do}
	}
	for _, rule := range append(dscsa.ReceiveRules(), append(tiview.Rules(), dscsa.RuleNoShipment, dscsa.RuleNoEvents, dscsa.RuleSize)...) {
		fix, _ := tiview.RemedyOf(rule)
		all["finding"][rule] = nodeSaying{Next: fix.Do}
	}
	for _, rule := range dockview.Rules() {
		all["dock"][rule] = nodeSaying{}
	}
	for _, r := range deadline.Rules() {
		all["limit"][r.Name] = nodeSaying{Text: r.Text, Next: r.Source}
	}
	for _, s := range caseview.Scenarios() {
		all["scenario"][s.Number] = nodeSaying{Text: s.What}
	}
	for _, s := range caseview.Steps {
		all["step"][string(s)] = nodeSaying{Next: s.Says()}
	}
	return all
}

func TestTheSayingsAreFresh(t *testing.T) {
	var file bytes.Buffer
	enc := json.NewEncoder(&file)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(sayings()); err != nil {
		t.Fatal(err)
	}
	fresh(t, "schema/sayings.json", file.Bytes())
}

// TestNoSayingNamesACommand: who reads a screen has buttons and may have no command line.
// A command stands in a field of its own, which only the command line prints.
func TestNoSayingNamesACommand(t *testing.T) {
	command := regexp.MustCompile(`\bpedigree\s+[a-z-]+|\s--[a-z]`)
	count := 0
	for about, list := range sayings() {
		for code, s := range list {
			count++
			for _, text := range []string{s.Text, s.Mend, s.Next} {
				if found := command.FindString(text); found != "" {
					t.Errorf("%s %s says %q to who reads a screen", about, code, found)
				}
			}
		}
	}
	if count < 230 {
		t.Errorf("only %d sayings were looked at", count)
	}
}
