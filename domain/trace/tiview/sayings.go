package tiview

import "pedigree/internal/api"

// AnswerSayings are what an answer to a search says of itself and of its documents, by
// code: what it can't speak of, why a document isn't printed, and what became of one.
var AnswerSayings = api.Sayings{
	"limit/other-ways": "What reached or left this organisation by other ways, such as on paper, and was not taken in here.",
	"limit/older":      "What is older than {day}, when the first document was taken in here.",
	"limit/behind":     "Some documents that left, or came with shipments: they are being looked at. Ask again in a few minutes.",
	"limit/arriving":   "Documents that are being looked at: {documents}. Ask again.",
	"limit/refused":    "Documents that can't be read, or are for somebody else, unless they are in the table: {documents}. They are found by partner alone, and stand in the list of documents that are refused.",
	"limit/sealed":     "Packages that a document only means, with a case or pallet whose content it doesn't list: search by that one too.",
	"limit/no-day":     "Documents that name no day of shipment.",
	"row/erased":       "it was erased; which packages and lots it named, from whom and when, is still known",
	"row/arriving":     "it is being looked at; ask again",
	"row/refused":      "it can't be used, as what was found in document {document} says; take it out as it is",
	"row/duplicate":    "it is the same as document {document}",
	"row/large":        "it has {packages} packages, and at most {most} are printed; take it out as it is",
	"outcome/state":    "{state}",
	"outcome/data":     "{state}, its data {data}",
	"outcome/answer":   "{state}, {answer}",
}

// limit adds something that the answer can't speak of.
func (a *Answer) limit(code string, values ...string) {
	said := AnswerSayings.Say(code, values...)
	a.Limits, a.NotCovered = append(a.Limits, said), append(a.NotCovered, said.Text)
}

// leave says why the answer has the row alone.
func (r *AnswerRow) leave(code string, values ...string) {
	r.Left = AnswerSayings.Say(code, values...)
	r.NotPrinted = r.Left.Text
}
