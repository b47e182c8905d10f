package caseview

import (
	"fmt"
	"slices"
	"time"
)

// Step is what a case asks for next, as a word that programs and screens can read.
type Step string

// The steps. A case that is closed has none.
const (
	StepInvestigate   Step = "investigate"    // its goods are suspect
	StepSend          Step = "send"           // a message is written, and a person has to carry it
	StepAnswer        Step = "answer"         // the partner asked
	StepNamePartner   Step = "name-partner"   // nobody knows whose goods they are
	StepTell          Step = "tell"           // the partner doesn't know of it
	StepWait          Step = "wait"           // for the partner's answer
	StepDecide        Step = "decide"         // the partner didn't accept all of it
	StepSettle        Step = "settle"         // when what was agreed is there
	StepAwaitSettling Step = "await-settling" // the side that found it settles it
)

// Steps are all of them.
var Steps = []Step{StepInvestigate, StepSend, StepAnswer, StepNamePartner, StepTell, StepWait, StepDecide, StepSettle, StepAwaitSettling}

// show derives what follows from the rest: whose turn it is and what to do.
func (c *Case) show(now time.Time) {
	c.state, c.Overdue = c.State, !c.State.closed() && !c.Due.At.IsZero() && now.After(c.Due.At)
	if s, ok := scenarioOf(c.Scenario); ok {
		c.What = s.What
	}
	if !c.Suspect.IsZero() && !c.State.closed() {
		c.State = Escalated
	}
	c.Step = c.step()
	c.Turn, c.Next = c.turnOf(c.Step), c.Step.Says()
	if c.Overdue && c.Turn == TurnTheirs {
		c.Next = "the answer is late: ask again by telephone; " + c.Next
	}
}

// step tells what has to be done next.
func (c *Case) step() Step {
	switch {
	case c.State == Escalated:
		return StepInvestigate
	case c.carry:
		return StepSend
	case c.state.closed():
		return ""
	case c.state == Open && !c.Asking:
		return StepAnswer
	case c.state == Open && c.Partner == 0 && c.Org == "":
		return StepNamePartner
	case c.state == Open:
		return StepTell
	case c.state == Sent && c.Asking:
		return StepWait
	case c.state == Answered && c.Asking:
		return StepDecide
	case c.Asking:
		return StepSettle
	}
	return StepAwaitSettling
}

// turnOf tells who does a step.
func (c *Case) turnOf(s Step) string {
	switch {
	case s == "":
		return TurnNobody
	case s == StepWait:
		return TurnTheirs
	case s == StepSettle, s == StepAwaitSettling:
		return c.agreedTurn()
	}
	return TurnOurs
}

// Says tells in words what a step asks for, as a screen shows it beside its buttons.
func (s Step) Says() string {
	switch s {
	case StepInvestigate:
		return "investigate, and keep the goods apart until they are cleared"
	case StepSend:
		return "send the message that is written, and then say so"
	case StepAnswer:
		return "answer the partner"
	case StepNamePartner:
		return "say whose goods they are"
	case StepTell:
		return "tell the partner"
	case StepWait:
		return "wait for the answer"
	case StepDecide:
		return "the partner didn't accept all of it: take what it offers, agree by telephone, or withdraw the case"
	case StepSettle:
		return "when what was agreed is there, settle the case"
	case StepAwaitSettling:
		return "the side that found it settles it, when what was agreed is there"
	}
	return ""
}

// Commands are by which commands the present step of a case is done, for the command line.
func (c *Case) Commands() []string {
	command := func(verb string) string { return fmt.Sprintf("pedigree case %s %d", verb, c.Number) }
	switch c.Step {
	case StepInvestigate:
		return []string{command("clear")}
	case StepSend:
		return []string{command("sent") + " --how HOW"}
	case StepAnswer:
		return []string{command("answer")}
	case StepNamePartner:
		return []string{command("take") + " --partner ID"}
	case StepTell:
		return []string{command("message")}
	case StepWait:
		return []string{"pedigree case read FILE"}
	case StepDecide:
		return []string{command("message") + " --accept", command("settle") + " --withdraw REASON"}
	case StepSettle:
		return []string{command("settle")}
	}
	return nil
}

// agreedTurn tells who has to do what was agreed.
func (c *Case) agreedTurn() string {
	if c.state == Answered && !c.Asking || !c.ours {
		return TurnTheirs
	}
	return TurnOurs
}

// weigh notes whether something that was agreed is for this side to do.
func (c *Case) weigh(agreed []Item) {
	c.ours = slices.ContainsFunc(agreed, func(i Item) bool { return returns(i.Resolution) == c.Asking })
}
