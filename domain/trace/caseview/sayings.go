package caseview

import (
	"fmt"

	"pedigree/internal/api"
)

// EvidenceSayings are what the node itself writes into the evidence of cases, by code.
// What was seen of goods, or found at the dock, has the codes of who saw it.
var EvidenceSayings = api.Sayings{
	"evidence/withdrawn":    "withdrawn: {reason}",
	"evidence/settled":      "{item}: {resolution}: {word}",
	"evidence/data-came":    "{item}: transaction data came, document {document}",
	"evidence/came":         "{item}: it came",
	"evidence/back":         "{item}: the partner received it back",
	"evidence/escalated":    "flagged as held and suspect: {reason}",
	"evidence/cleared":      "cleared: {reason}",
	"evidence/entry":        "entry on the ledger, {entry}",
	"evidence/message-came": "a message came: {sort} {message}",
	"evidence/message-went": "a message went: {sort} {message}",
	"evidence/sent-by-hand": "sent by hand: {how}",
}

// TaskSayings are what an investigation of suspect product asks for, by code.
var TaskSayings = api.Sayings{
	"task/quarantine": "keep the goods in quarantine until they are cleared",
	"task/sample":     "a dispenser verifies the identifiers of at least {sample} of the {packages} packages (3 or 10 %, whichever is greater; unconfirmed)",
	"task/maker":      "ask the maker whether the identifiers are its own, and keep the answer as evidence",
	"task/tell":       "if they are illegitimate: tell FDA (Form FDA 3911) and the immediate trading partners within 24 hours",
}

// evidenceOf is a text of the node as evidence.
func evidenceOf(said api.Said, kind, by string) Evidence {
	return Evidence{Kind: kind, Text: said.Text, Says: said, By: by}
}

// noted is a text of the node's own as evidence.
func noted(kind, by, code string, values ...string) Evidence {
	return evidenceOf(EvidenceSayings.Say(code, values...), kind, by)
}

// about says of which things something was found: the first one's name, and how many more.
func about(found api.Said, item string, more int) api.Said {
	values := map[string]string{"item": item}
	for name, value := range found.Values {
		values[name] = value
	}
	if more > 0 {
		values["more"] = fmt.Sprint(more)
		item += fmt.Sprintf(" and %d more", more)
	}
	return api.Said{Code: found.Code, Values: values, Text: item + ": " + found.Text}
}
