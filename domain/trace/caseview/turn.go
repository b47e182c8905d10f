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
	c.Turn, c.Next = c.turnOf(c.Step), c.command(c.Step)
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

// command tells by which command a step is done.
func (c *Case) command(s Step) string {
	command := func(verb string) string { return fmt.Sprintf("pedigree case %s %d", verb, c.Number) }
	switch s {
	case StepInvestigate:
		return "investigate, and keep the goods apart; " + command("clear") + " when they are cleared"
	case StepSend:
		return "send the message that is written, and then say so: " + command("sent") + " --how HOW"
	case StepAnswer:
		return "answer it: " + command("answer")
	case StepNamePartner:
		return "say whose goods they are: " + command("take") + " --partner ID"
	case StepTell:
		return "tell the partner: " + command("message")
	case StepWait:
		return "wait for the answer; one that comes as a file is read by pedigree case read FILE"
	case StepDecide:
		return "the partner didn't accept all of it: take what it offers with " + command("message") + " --accept, or agree by telephone, or " + command("settle") + " --withdraw REASON"
	case StepSettle:
		return "when what was agreed is there: " + command("settle")
	case StepAwaitSettling:
		return "the side that found it settles it, when what was agreed is there"
	}
	return ""
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
