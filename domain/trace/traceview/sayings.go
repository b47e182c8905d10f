package traceview

import (
	"pedigree/format/epcis"
	"pedigree/internal/api"
)

// StepSayings are the texts of steps, by code. A step that an event tells has its word of
// the CBV: "step/" and that word.
var StepSayings = stepSayings()

func stepSayings() api.Sayings {
	list := api.Sayings{
		"step/commissioned": "commissioned by {partner}", "step/shipped-to": "shipped to {partner}", "step/shipped-by": "shipped by {partner}",
		"step/received": "received by {partner}", "step/sent-back": "sent back by {partner}", "step/taken-back": "taken back after the deadline",
		"step/not-accepted": "not accepted by {partner}", "step/refused": "refused by {partner}, back with its sender",
		"step/refused-why": "refused by {partner}, back with its sender: {reason}", "step/dispensed": "{reason}",
		"step/released": "released from {marks}: {reason}",
	}
	for _, word := range epcis.BizSteps() {
		list["step/"+word] = word
	}
	for word, text := range map[string]string{
		"commissioning": "commissioned", "packing": "packed", "unpacking": "unpacked", "shipping": "shipped", "receiving": "received",
		"dispensing": "dispensed", "destroying": "destroyed", "decommissioning": "decommissioned", "holding": "held",
	} {
		list["step/"+word] = text
	}
	return list
}

// stepDone is what an event tells of, as it is said. A word of no vocabulary stands as it
// is and has no code.
func stepDone(kind string) api.Said {
	if _, known := StepSayings["step/"+kind]; !known {
		return api.Said{Text: kind}
	}
	return StepSayings.Say("step/" + kind)
}

// says gives a step its text; the text for people names what it happened to as well.
func (s *TraceStep) says(said api.Said) {
	if s.Says, s.Text = said, said.Text; s.In != "" && s.Says.Values == nil {
		s.Text += ", in " + s.In
	}
}

// TraceSayings are the answers to a trace where no finding decides, by code.
var TraceSayings = api.Sayings{
	"trace/unrecorded":    "There is no record of this here. That is not proof of a fake.",
	"trace/only-reported": "It is only reported in a file and never was in stock here.",
	"trace/known":         "It is known here: {standing}.",
}

// StandingSayings say where goods are, by code.
var StandingSayings = api.Sayings{
	"standing/on-hand": "it is on hand", "standing/offered": "it is shipped to {partner} and not received yet", "standing/away": "{partner} has received it",
	"standing/expected": "{partner} has shipped it and you have not received it yet", "standing/ended": "it has left the supply",
	"standing/dispensed": "it was dispensed", "standing/refused": "it was refused and is its sender's",
	"standing/outside": "it came from outside the network and is not on the ledger", "standing/in-care": "it is yours and another organisation keeps it",
	"standing/kept": "it is another's and only kept here", "standing/left": "it has left the network", "standing/reported": "it is only reported in a file",
}

var standingCodes = map[int]string{
	StatusOnHand: "on-hand", StatusOffered: "offered", StatusAway: "away", StatusExpected: "expected", StatusEnded: "ended", StatusDispensed: "dispensed",
	StatusRefused: "refused", StatusOutside: "outside", StatusInCare: "in-care", StatusKept: "kept", StatusLeft: "left",
}

// standing says where goods are.
func standing(top item) api.Said {
	code := standingCodes[top.status]
	switch code {
	case "":
		code = "reported"
	case "offered", "away", "expected":
		return StandingSayings.Say("standing/"+code, "partner", top.partner)
	}
	return StandingSayings.Say("standing/" + code)
}

// standingText says in words where goods are.
func standingText(top item) string { return standing(top).Text }

// SeenSayings are what a case is told of goods that were seen, by code.
var SeenSayings = api.Sayings{
	"seen/scan":   "{item} was scanned: {verdict}, {rule}. {text}",
	"seen/answer": "{text}",
}
