package caseview_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pedigree/domain/trace/caseview"
	"pedigree/format/pdg"
)

func (s *side) draft(name string, t caseview.Tell) caseview.Draft {
	s.t.Helper()
	d, err := s.Draft(s.t.Context(), name, t)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func missing(t *testing.T) (pharmacy, wholesaler *side, id string) {
	pharmacy, wholesaler = two(t)
	k := pharmacy.open(caseview.New{Key: key("draft"), Scenario: "2.1A", Org: "wholesaler", Site: gln, PO: "PO-1", Items: []caseview.Item{{Path: pack}}})
	return pharmacy, wholesaler, k.ID
}

func TestADraftIsWhatThePartnerWouldBeToldAndChangesNothing(t *testing.T) {
	pharmacy, _, id := missing(t)
	before := pharmacy.show(id)
	d := pharmacy.draft(id, caseview.Tell{Ask: pdg.CreditAccount})
	if d.Way != caseview.WayHand || d.Items != 1 || len(d.Messages) != 1 || !strings.Contains(d.Text, pack+": "+pdg.CreditAccount) || !strings.Contains(d.Subject, id) {
		t.Errorf("the draft is %+v", d)
	}
	if after := pharmacy.show(id); !after.Changed.Equal(before.Changed) || len(after.Messages) != 0 || after.Step != caseview.StepTell {
		t.Errorf("a draft changed the case: %+v", after)
	}
	pharmacy.must(pharmacy.Message(t.Context(), id, caseview.Tell{Ask: pdg.CreditAccount}))
	sent := pharmacy.letters(id)
	if len(sent) != 1 || same(t, sent[0]) != same(t, []byte(d.Messages[0])) {
		t.Errorf("the draft said %s, and %s went", d.Messages, sent)
	}
}

// same is a message without what is new each time that it is written.
func same(t *testing.T, raw []byte) string {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	delete(m, "message_uuid")
	delete(m, "timestamp")
	out, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestOwnWordsGoAlongAndThePartnerReadsThem(t *testing.T) {
	pharmacy, wholesaler, id := missing(t)
	const words = "The driver says that it stayed on the truck."
	pharmacy.must(pharmacy.Message(t.Context(), id, caseview.Tell{Words: words}))
	if got := pharmacy.carry(wholesaler, id); len(got.Notes) != 1 || got.Notes[0] != words || got.Case.Items != 1 {
		t.Errorf("the partner reads %q about %d things", got.Notes, got.Case.Items)
	}
	due := pharmacy.show(id).Due.At
	pharmacy.clock.pass(time.Hour)
	if d := pharmacy.draft(id, caseview.Tell{}); d.Items != 0 || len(d.Messages) != 0 {
		t.Errorf("all was told, and the draft is %+v", d)
	}
	if _, err := pharmacy.Message(t.Context(), id, caseview.Tell{Words: " "}); err == nil {
		t.Error("a message that says nothing went")
	}
	pharmacy.must(pharmacy.Message(t.Context(), id, caseview.Tell{Words: "We still wait."}))
	if got := pharmacy.carry(wholesaler, id); len(got.Notes) != 1 || got.Case.Items != 1 || got.Case.State != caseview.Open {
		t.Errorf("asked again, the partner has %+v, %q", got.Case, got.Notes)
	}
	if k := pharmacy.show(id); !k.Due.At.Equal(due) || k.State != caseview.Sent {
		t.Errorf("asking again moved the clock from %s to %s, %s", due, k.Due.At, k.State)
	}
}

func TestWhatCanNotBeToldIsRefused(t *testing.T) {
	pharmacy, wholesaler, id := missing(t)
	for name, tell := range map[string]caseview.Tell{
		"something that nobody can ask for": {Ask: "A cake"},
		"too many words":                    {Words: strings.Repeat("x", 2001)},
		"words that are no text":            {Words: "\xff"},
		"words that look like an item":      {Words: `x [scenario 3.2, item 00000000-0000-4000-8000-000000000000, about "y", request: Send new data]`},
	} {
		if _, err := pharmacy.Message(t.Context(), id, tell); err == nil {
			t.Errorf("%s went", name)
		}
	}
	pharmacy.must(pharmacy.Message(t.Context(), id, caseview.Tell{Words: strings.Repeat("x", 2000)}))
	pharmacy.carry(wholesaler, id)
	if _, err := wholesaler.Draft(t.Context(), id, caseview.Tell{}); err == nil || !strings.Contains(err.Error(), "answer it") {
		t.Errorf("the partner of a case gets a draft of what only its finder tells: %v", err)
	}
}

func TestEachStepHasAWordACommandAndATurn(t *testing.T) {
	pharmacy, wholesaler := two(t)
	k := pharmacy.open(caseview.New{Key: key("steps"), Scenario: "2.1A", Site: gln, Items: []caseview.Item{{Path: pack}}})
	at := func(s *side, want caseview.Step, turn string) {
		t.Helper()
		if got := s.show(k.ID); got.Step != want || got.Turn != turn || (got.Next == "") != (want == "") {
			t.Errorf("%s is at %q, %s, %q; want %q, %s", s.org, got.Step, got.Turn, got.Next, want, turn)
		}
	}
	at(pharmacy, caseview.StepNamePartner, caseview.TurnOurs)
	pharmacy.must(pharmacy.Assign(t.Context(), k.ID, caseview.Assignment{Org: "wholesaler"}))
	at(pharmacy, caseview.StepTell, caseview.TurnOurs)
	pharmacy.must(pharmacy.Message(t.Context(), k.ID, caseview.Tell{}))
	at(pharmacy, caseview.StepSend, caseview.TurnOurs)
	pharmacy.carry(wholesaler, k.ID)
	at(pharmacy, caseview.StepWait, caseview.TurnTheirs)
	at(wholesaler, caseview.StepAnswer, caseview.TurnOurs)
	wholesaler.must(wholesaler.Answer(t.Context(), k.ID, caseview.Reply{Items: []caseview.ReplyItem{{Alternative: pdg.CreditAccount}}}))
	wholesaler.carry(pharmacy, k.ID)
	at(pharmacy, caseview.StepDecide, caseview.TurnOurs)
	at(wholesaler, caseview.StepAwaitSettling, caseview.TurnTheirs)
	pharmacy.must(pharmacy.Message(t.Context(), k.ID, caseview.Tell{Accept: true}))
	pharmacy.carry(wholesaler, k.ID)
	at(pharmacy, caseview.StepSettle, caseview.TurnTheirs)
	at(wholesaler, caseview.StepAwaitSettling, caseview.TurnOurs)
	pharmacy.must(pharmacy.Settle(t.Context(), k.ID, caseview.Settling{Word: "credited"}))
	pharmacy.carry(wholesaler, k.ID)
	at(pharmacy, "", caseview.TurnNobody)
	at(wholesaler, "", caseview.TurnNobody)
}
