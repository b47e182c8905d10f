package proof

import "fmt"

// Limits of the entry envelope.
const (
	EnvelopeSizeMax = 64 << 10 // bytes, signatures included
	EntriesMax      = 16       // entries per envelope
	SignersMax      = 64       // further signers per envelope
	AdmissionMax    = 64       // admission units per envelope
	NameMax         = 32       // bytes of a module or kind name
	MessageDepthMax = 8        // nesting of a message
)

// AdmitByName is the admission kind of an organisation's named key. Other kinds
// are reserved.
const AdmitByName = 0

// Admission is one unit of admission: which organisation lets the envelope onto
// the network, by which of its keys.
type Admission struct {
	Org   string
	KeyID uint64
}

// Entry is one act inside an envelope.
type Entry struct {
	Module  string
	Kind    string
	Message []byte // one CBOR item; its module knows the shape
}

// Body is the signed part of an envelope.
type Body struct {
	ChainID    string
	ValidUntil uint64 // Unix seconds of block time
	Admission  []Admission
	Entries    []Entry
	Signers    []Key
}

// Envelope is what is submitted: a body and one signature over its id for each
// admission key and each signer, in that order.
type Envelope struct {
	Body       Body
	BodyBytes  []byte
	Signatures []Signature
}

// ID is SHA-512/256 over the entry tag and the body, each with its length. It
// does not depend on signatures.
func (e Envelope) ID() Hash { return TaggedHash(TagEntry, e.BodyBytes) }

// Encode returns [1, chain, validUntil, [admission], [entries], [signers]].
func (b Body) Encode() []byte {
	out := AppendUint(AppendArray(make([]byte, 0, 512), 6), 1)
	out = AppendUint(AppendText(out, b.ChainID), b.ValidUntil)
	out = AppendArray(out, len(b.Admission))
	for _, a := range b.Admission {
		out = AppendUint(AppendText(AppendUint(AppendArray(out, 3), AdmitByName), a.Org), a.KeyID)
	}
	out = AppendArray(out, len(b.Entries))
	for _, e := range b.Entries {
		out = append(AppendText(AppendText(AppendArray(out, 3), e.Module), e.Kind), e.Message...)
	}
	out = AppendArray(out, len(b.Signers))
	for _, k := range b.Signers {
		out = AppendBytes(out, k[:])
	}
	return out
}

// DecodeBody reads what Body.Encode wrote.
func DecodeBody(b []byte) (Body, error) {
	r := NewReader(b)
	r.ArrayOf(6)
	if v := r.Uint(); r.err == nil && v != 1 {
		r.fail("is an entry of version %d; version 1 is the only one known", v)
	}
	body := Body{ChainID: r.Text(ChainIDMax), ValidUntil: r.Uint()}
	for n := r.Array(AdmissionMax); n > 0; n-- {
		r.ArrayOf(3)
		if kind := r.Uint(); r.err == nil && kind != AdmitByName {
			r.fail("has admission kind %d; 0 (by name) is the only one known", kind)
		}
		body.Admission = append(body.Admission, Admission{Org: r.Text(OrgIDMax), KeyID: r.Uint()})
	}
	for n := r.Array(EntriesMax); n > 0; n-- {
		r.ArrayOf(3)
		body.Entries = append(body.Entries, Entry{Module: r.Text(NameMax), Kind: r.Text(NameMax), Message: r.Raw(MessageDepthMax)})
	}
	for n := r.Array(SignersMax); n > 0; n-- {
		body.Signers = append(body.Signers, r.Key())
	}
	if r.err == nil && (len(body.Admission) == 0 || len(body.Entries) == 0) {
		r.fail("has no admission or no entry")
	}
	if err := r.Done(); err != nil {
		return Body{}, fmt.Errorf("couldn't read an entry's body: %w", err)
	}
	return body, nil
}

// Encode returns [body as bytes, [signatures]].
func (e Envelope) Encode() []byte {
	b := AppendBytes(AppendArray(make([]byte, 0, len(e.BodyBytes)+80*len(e.Signatures)), 2), e.BodyBytes)
	b = AppendArray(b, len(e.Signatures))
	for _, s := range e.Signatures {
		b = AppendBytes(b, s[:])
	}
	return b
}

// DecodeEnvelope reads what Encode wrote: the one encoding, nothing after it,
// and as many signatures as keys.
func DecodeEnvelope(b []byte) (Envelope, error) {
	if len(b) > EnvelopeSizeMax {
		return Envelope{}, fmt.Errorf("couldn't read an entry: it has %d bytes where at most %d are allowed", len(b), EnvelopeSizeMax)
	}
	r := NewReader(b)
	r.ArrayOf(2)
	e := Envelope{BodyBytes: r.Bytes(EnvelopeSizeMax)}
	for n := r.Array(AdmissionMax + SignersMax); n > 0; n-- {
		e.Signatures = append(e.Signatures, Signature(r.Fixed(SignatureSize)))
	}
	if err := r.Done(); err != nil {
		return Envelope{}, fmt.Errorf("couldn't read an entry: %w", err)
	}
	body, err := DecodeBody(e.BodyBytes)
	if err != nil {
		return Envelope{}, err
	}
	if want := len(body.Admission) + len(body.Signers); len(e.Signatures) != want {
		return Envelope{}, fmt.Errorf("couldn't read an entry: it has %d signatures for %d keys", len(e.Signatures), want)
	}
	e.Body = body
	return e, nil
}

// Result is what the ledger answered to one entry, as the header commits to it.
type Result struct {
	Code       uint64   // 0, or the stable number of the error that refused it
	ID         Hash     // entry id
	FirstEvent uint64   // number of its first event in the event tree
	Events     [][]byte // its events, each [height, place, id, module, name, data]
}

// EventsMax is how many events one envelope may emit; EventSizeMax is the size
// of one event in bytes.
const (
	EventsMax    = 4400
	EventSizeMax = 16 << 10
)

// EncodeData returns what the engine hashes as the result's data:
// [id, first event, [events]].
func (r Result) EncodeData() []byte {
	b := AppendBytes(AppendArray(make([]byte, 0, 64), 3), r.ID[:])
	b = AppendArray(AppendUint(b, r.FirstEvent), len(r.Events))
	for _, e := range r.Events {
		b = AppendBytes(b, e)
	}
	return b
}

// DecodeResult reads a result from its code and data.
func DecodeResult(code uint32, data []byte) (Result, error) {
	r := NewReader(data)
	r.ArrayOf(3)
	res := Result{Code: uint64(code), ID: r.Hash(), FirstEvent: r.Uint()}
	for n := r.Array(EventsMax); n > 0; n-- {
		res.Events = append(res.Events, r.Bytes(EventSizeMax))
	}
	if err := r.Done(); err != nil {
		return Result{}, fmt.Errorf("couldn't read a result: %w", err)
	}
	return res, nil
}
