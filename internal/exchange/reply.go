package exchange

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"pedigree/proof"
)

// Tags of what a receiver answers.
const (
	// TagReceipt begins a receipt and is what its signature is over.
	TagReceipt = "pedigree/delivery-receipt/1"

	tagState   = "pedigree/delivery-state/1"
	tagRefusal = "pedigree/delivery-refusal/1"
)

// Receipt is the receiver's signed word that it has a delivery on its disk: whose,
// which content, since when. It is kept as evidence.
type Receipt struct {
	ChainID  string
	ID       proof.Hash // of the delivery
	From     string     // who sent
	To       string     // who received, and signs
	KeyID    uint64     // of its key
	Kind     string
	Size     uint64
	Hash     proof.Hash // SHA-256 of the payload
	Received uint64     // Unix seconds, by the receiver's clock
}

// body returns [tag, chain, id, from, to, key id, kind, size, hash, received.
func (r Receipt) body() []byte {
	b := proof.AppendText(proof.AppendText(proof.AppendArray(nil, 11), TagReceipt), r.ChainID)
	b = proof.AppendText(proof.AppendText(proof.AppendBytes(b, r.ID[:]), r.From), r.To)
	b = proof.AppendUint(proof.AppendText(proof.AppendUint(b, r.KeyID), r.Kind), r.Size)
	return proof.AppendUint(proof.AppendBytes(b, r.Hash[:]), r.Received)
}

func (r Receipt) sign(s Signer) ([]byte, error) {
	body := r.body()
	sig, err := s.Sign(proof.TaggedHash(TagReceipt, body))
	if err != nil {
		return nil, fmt.Errorf("couldn't sign a receipt: %w", err)
	}
	return proof.AppendBytes(body, sig[:]), nil
}

// SignedReceipt is a receipt as it was read; Verify judges its signature.
type SignedReceipt struct {
	Receipt
	message   proof.Hash
	signature proof.Signature
}

// Verify checks the signature with the receiver's key.
func (r SignedReceipt) Verify(key proof.Key) bool {
	return proof.VerifySignature(key, r.message, r.signature)
}

// DecodeReceipt reads a signed receipt.
func DecodeReceipt(raw []byte) (SignedReceipt, error) {
	var s SignedReceipt
	r := proof.NewReader(raw)
	r.ArrayOf(11)
	readTag(r, TagReceipt)
	s.ChainID, s.ID = r.Text(proof.ChainIDMax), r.Hash()
	s.From, s.To = r.Text(proof.OrgIDMax), r.Text(proof.OrgIDMax)
	s.KeyID, s.Kind, s.Size = r.Uint(), r.Text(KindBytesMax), r.UintMax(PayloadBytesMax)
	s.Hash, s.Received = r.Hash(), r.UintMax(1<<40)
	end := r.Offset()
	s.signature = r.Signature()
	if err := r.Done(); err != nil {
		return SignedReceipt{}, fmt.Errorf("couldn't read a receipt: %w", err)
	}
	s.message = proof.TaggedHash(TagReceipt, raw[:end])
	return s, nil
}

// progress is how far a delivery has come at the receiver.
type progress struct {
	have    uint64 // sealed bytes that are on its disk
	receipt []byte // once it is there whole
}

func (p progress) encode() []byte {
	b := proof.AppendUint(proof.AppendText(proof.AppendArray(nil, 3), tagState), p.have)
	if p.receipt == nil {
		return proof.AppendNull(b)
	}
	return proof.AppendBytes(b, p.receipt)
}

func decodeProgress(raw []byte) (progress, error) {
	r := proof.NewReader(raw)
	r.ArrayOf(3)
	readTag(r, tagState)
	p := progress{have: r.UintMax(uint64(sealedSize(PayloadBytesMax)))}
	if !r.Null() {
		p.receipt = r.Bytes(headBytesMax)
	}
	if err := r.Done(); err != nil {
		return progress{}, fmt.Errorf("couldn't read how far a delivery has come: %w", err)
	}
	return p, nil
}

// Refusal is why a receiver did not take a delivery.
type Refusal struct {
	Code      string // one of the Refused constants, or one of a later version
	Text      string // for a person: what is wrong and what to do
	Permanent bool   // the same again has no chance
	Wait      time.Duration
}

func (r *Refusal) Error() string { return r.Text }

// What a receiver refuses a delivery for.
const (
	RefusedBusy      = "busy"      // too much at once; later
	RefusedFull      = "full"      // no room until a person deals with what is there
	RefusedStanding  = "standing"  // one of the two is suspended or removed
	RefusedSealKey   = "seal-key"  // sealed to a key that is not open any more
	RefusedSignature = "signature" // not signed with a key in force
	RefusedKind      = "kind"      // a kind that is not taken here
	RefusedSize      = "size"      // larger than this kind may be
	RefusedMessage   = "message"   // not readable, or not for this node
	RefusedDamaged   = "damaged"   // the sealed bytes don't open; they are asked for again
	RefusedContent   = "content"   // another content under the same id, or not the hash it said
	RefusedUnknown   = "unknown"   // nothing is known of this id; offer it first
	RefusedTrouble   = "trouble"   // the receiver can't at the moment
)

func refuse(code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Text: fmt.Sprintf(format, args...)}
}

func (r *Refusal) forGood() *Refusal { r.Permanent = true; return r }

func (r *Refusal) after(d time.Duration) *Refusal { r.Wait = d; return r }

func (r *Refusal) encode() []byte {
	b := proof.AppendText(proof.AppendText(proof.AppendArray(nil, 5), tagRefusal), r.Code)
	return proof.AppendUint(proof.AppendBool(proof.AppendText(b, clean(r.Text)), r.Permanent), uint64(r.Wait/time.Second))
}

func decodeRefusal(raw []byte) (*Refusal, error) {
	r := proof.NewReader(raw)
	r.ArrayOf(5)
	readTag(r, tagRefusal)
	f := &Refusal{Code: r.Text(codeBytesMax), Text: clean(r.Text(ReasonBytesMax)), Permanent: r.Bool()}
	f.Wait = time.Duration(r.UintMax(uint64(retryAsked/time.Second))) * time.Second
	if err := r.Done(); err != nil {
		return nil, fmt.Errorf("couldn't read a refusal: %w", err)
	}
	return f, nil
}

// clean makes a text that came from somebody else fit for one line of a list, and
// of a log.
func clean(s string) string { return Line(s, ReasonBytesMax) }

// Line is a text that came from somebody else, without what doesn't print, and with
// at most so many bytes.
func Line(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
	for len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return strings.TrimSpace(s)
}
