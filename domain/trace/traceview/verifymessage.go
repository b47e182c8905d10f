package traceview

import (
	"fmt"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/proof"
)

// Kinds of delivery between a holder and a maker.
const (
	KindVerify       = "verify"        // a question about packs
	KindVerifyAnswer = "verify-answer" // what their maker says of them
)

// First elements of the two messages.
const (
	TagVerify       = "pedigree/verify/1"
	TagVerifyAnswer = "pedigree/verify-answer/1"
)

// Purpose of a question, in the words of the lightweight verification messages of GS1
// where these have one. The numbers are encoded.
const (
	PurposeSaleableReturn = 1
	PurposeSuspect        = 2
	PurposeDispense       = 3
)

var purposeNames = [...]string{PurposeSaleableReturn: "saleable-return", PurposeSuspect: "suspect", PurposeDispense: "dispense"}

// MakerWord is what a maker says of a pack. The numbers are encoded and stored.
type MakerWord uint64

// What a maker says. The reasons of a mismatch are those of the lightweight
// verification messages of GS1, version 1.0.2.
const (
	Match       MakerWord = 1
	NoSerial    MakerWord = 2 // No_match_GTIN_Serial
	NoLot       MakerWord = 3 // No_match_GTIN_Serial_Lot
	NoExpiry    MakerWord = 4 // No_match_GTIN_Serial_Expiry
	NoLotExpiry MakerWord = 5 // No_match_GTIN_Serial_Lot_Expiry
)

var makerWords = [...]struct{ name, text string }{
	Match:       {"match", "has made it with this serial number, lot and expiry date"},
	NoSerial:    {"no-match", "has made no pack with this serial number"},
	NoLot:       {"no-match-lot", "has made a pack with this serial number in another lot"},
	NoExpiry:    {"no-match-expiry", "has made a pack with this serial number and another expiry date"},
	NoLotExpiry: {"no-match-lot-expiry", "has made a pack with this serial number in another lot, with another expiry date"},
}

// String is the word as it is typed and printed.
func (w MakerWord) String() string {
	if w < Match || w > NoLotExpiry {
		return "unknown"
	}
	return makerWords[w].name
}

// makerWordOf reads what String wrote.
func makerWordOf(name string) (MakerWord, bool) {
	for w := Match; w <= NoLotExpiry; w++ {
		if makerWords[w].name == name {
			return w, true
		}
	}
	return 0, false
}

// makerInfo are the rules of verdicts that a maker tells beside its word: what it
// knows against one of its own packs.
var makerInfo = []string{verdict.RuleRecalled, verdict.RuleExpired, verdict.RuleStolen, verdict.RuleIllegitimate, verdict.RuleSuspect}

// Question asks a maker about its packs.
type Question struct {
	Purpose uint64
	Items   []QuestionItem // 1 to VerifyItemsMax, each path once
}

// QuestionItem is one pack as it was scanned. An empty lot or expiry date isn't asked.
type QuestionItem struct {
	Path   string
	Lot    string
	Expiry string // YYMMDD
}

// Encode returns [tag, purpose, [[path, lot, expiry], ...]].
func (q Question) Encode() []byte {
	b := proof.AppendUint(proof.AppendText(proof.AppendArray(nil, 3), TagVerify), q.Purpose)
	b = proof.AppendArray(b, len(q.Items))
	for _, it := range q.Items {
		b = proof.AppendText(proof.AppendText(proof.AppendText(proof.AppendArray(b, 3), it.Path), it.Lot), it.Expiry)
	}
	return b
}

// DecodeQuestion reads what Encode wrote.
func DecodeQuestion(raw []byte) (Question, error) {
	r := proof.NewReader(raw)
	r.ArrayOf(3)
	if tag := r.Text(32); r.Err() == nil && tag != TagVerify {
		r.Refuse("is %q, not a question to a maker", tag)
	}
	q := Question{Purpose: r.UintMax(PurposeDispense)}
	if r.Err() == nil && q.Purpose < PurposeSaleableReturn {
		r.Refuse("has no purpose")
	}
	seen := map[string]bool{}
	for range r.Array(VerifyItemsMax) {
		r.ArrayOf(3)
		it := QuestionItem{Path: r.Text(proof.IDSizeMax), Lot: r.Text(lotTextMax), Expiry: r.Text(expiryTextMax)}
		if r.Err() == nil && (gtinOf(it.Path) == "" || seen[it.Path]) {
			r.Refuse("asks about %q, which is no pack or was named before", it.Path)
		}
		seen[it.Path] = true
		q.Items = append(q.Items, it)
	}
	if r.Err() == nil && len(q.Items) == 0 {
		r.Refuse("asks about nothing")
	}
	if err := r.Done(); err != nil {
		return Question{}, fmt.Errorf("couldn't read a question to a maker: %w", err)
	}
	return q, nil
}

// MakerAnswer is what a maker says of the packs of a question.
type MakerAnswer struct {
	Items []MakerAnswerItem // 1 to VerifyItemsMax
}

// MakerAnswerItem is what a maker says of one pack.
type MakerAnswerItem struct {
	Path  string
	Word  MakerWord
	Known []string // rules of verdicts among makerInfo, in that order
}

// Encode returns [tag, [[path, word, [number of a rule, ...]], ...]]; rules are
// numbered from 1 in the order of makerInfo.
func (a MakerAnswer) Encode() []byte {
	b := proof.AppendArray(proof.AppendText(proof.AppendArray(nil, 2), TagVerifyAnswer), len(a.Items))
	for _, it := range a.Items {
		b = proof.AppendUint(proof.AppendText(proof.AppendArray(b, 3), it.Path), uint64(it.Word))
		b = proof.AppendArray(b, len(it.Known))
		for _, rule := range it.Known {
			b = proof.AppendUint(b, infoNumber(rule))
		}
	}
	return b
}

func infoNumber(rule string) uint64 {
	for i, r := range makerInfo {
		if r == rule {
			return uint64(i + 1)
		}
	}
	return 0 // which no reader takes
}

// DecodeMakerAnswer reads what Encode wrote.
func DecodeMakerAnswer(raw []byte) (MakerAnswer, error) {
	r := proof.NewReader(raw)
	r.ArrayOf(2)
	if tag := r.Text(32); r.Err() == nil && tag != TagVerifyAnswer {
		r.Refuse("is %q, not a maker's answer", tag)
	}
	var a MakerAnswer
	for range r.Array(VerifyItemsMax) {
		r.ArrayOf(3)
		it := MakerAnswerItem{Path: r.Text(proof.IDSizeMax), Word: MakerWord(r.UintMax(uint64(NoLotExpiry)))}
		if r.Err() == nil && it.Word < Match {
			r.Refuse("says nothing of %q", it.Path)
		}
		last := uint64(0)
		for range r.Array(len(makerInfo)) {
			n := r.UintMax(uint64(len(makerInfo)))
			if r.Err() == nil && n <= last {
				r.Refuse("names what it knows of %q out of order", it.Path)
				break
			}
			last = n
			if r.Err() == nil {
				it.Known = append(it.Known, makerInfo[n-1])
			}
		}
		a.Items = append(a.Items, it)
	}
	if r.Err() == nil && len(a.Items) == 0 {
		r.Refuse("says nothing")
	}
	if err := r.Done(); err != nil {
		return MakerAnswer{}, fmt.Errorf("couldn't read a maker's answer: %w", err)
	}
	return a, nil
}
