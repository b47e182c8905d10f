package main

import (
	"bytes"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/caseview/deadline"
	"pedigree/domain/trace/dockview"
	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/dscsa"
	"pedigree/format/epcis"
	"pedigree/format/pdg"
	"pedigree/internal/api"
	"pedigree/internal/courier"
	"pedigree/internal/exchange"
	"pedigree/internal/exchange/arrival"
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
	told(all)
	return all
}

// told adds what has a code beside its text: what the node writes into histories, cases
// and answers, what it refuses, and the words that stand in such texts.
func told(all map[string]map[string]nodeSaying) {
	for about, lists := range map[string][]api.Sayings{
		"journey":  {traceview.StepSayings, traceview.StandingSayings, traceview.TraceSayings},
		"evidence": {caseview.EvidenceSayings, caseview.TaskSayings, dockview.FoundSayings, traceview.SeenSayings},
		"answer":   {tiview.AnswerSayings},
	} {
		all[about] = map[string]nodeSaying{}
		for _, list := range lists {
			for code, text := range list {
				all[about][code] = nodeSaying{Text: text}
			}
		}
	}
	all["form"], all["loss"], all["word"] = map[string]nodeSaying{}, map[string]nodeSaying{}, map[string]nodeSaying{}
	for _, f := range caseview.FormFields {
		all["form"][f[0]] = nodeSaying{Text: f[1]}
	}
	for _, l := range epcis.Losses {
		all["loss"][l.Code] = nodeSaying{Text: l.Meaning, Mend: l.Remedy}
	}
	all["kind"] = map[string]nodeSaying{}
	for _, kind := range slices.Concat(traceview.JobKinds(), mailKinds) {
		all["kind"][kind] = nodeSaying{}
	}
	for _, word := range wordsInTexts() {
		all["word"][word] = nodeSaying{}
	}
}

// mailKinds are the kinds of what organisations send each other.
var mailKinds = []string{
	exchange.KindDocument, exchange.KindAcknowledgement, arrival.KindEPCIS, caseview.KindException, traceview.KindShipment, traceview.KindPrekeys,
	traceview.KindPrekeysRequest, traceview.KindVerify, traceview.KindVerifyAnswer, traceview.KindHandOver, traceview.KindHandOverAnswer,
	traceview.KindHandOverWithdrawal,
}

// wordsInTexts are the words of closed lists that stand in texts as values.
func wordsInTexts() []string {
	const everyMark = ^uint64(0)
	words := slices.Concat(traceview.ShipmentWords(), traceview.MarkNames(everyMark), pdg.Resolutions)
	for _, w := range []verdict.Word{verdict.OK, verdict.Stop, verdict.CannotTell} {
		words = append(words, w.Label())
	}
	for _, of := range []struct {
		in    reflect.Type
		field string
	}{{reflect.TypeFor[exchange.Sent](), "State"}, {reflect.TypeFor[exchange.Sent](), "Answer"}, {reflect.TypeFor[courier.Parcel](), "State"}} {
		field, _ := of.in.FieldByName(of.field)
		words = append(words, strings.Split(field.Tag.Get("enum"), ",")...)
	}
	return words
}

func TestTheSayingsAreFresh(t *testing.T) {
	var file bytes.Buffer
	enc := json.NewEncoder(&file)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	all := sayings()
	all["refusal"] = refusals(t)
	if err := enc.Encode(all); err != nil {
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
