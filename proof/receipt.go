package proof

import (
	"bytes"
	"fmt"
	"math"
)

// TagReceipt begins every encoded Receipt.
const TagReceipt = "pedigree/receipt/1"

// Receipt proves that an entry was executed at a height, and with what result:
// the header of the height after it commits to the results.
type Receipt struct {
	Envelope []byte     // as it was submitted, signatures included
	Code     uint32     // 0, or the number of the error that refused it
	Data     []byte     // Result.EncodeData
	Path     BranchPath // from the result to the header's results hash
	// Parts and Members let a reader check the admission keys too: one member's
	// state for each organisation that admitted, in the order of first mention.
	// Parts is nil and Members empty when they are not shown.
	Parts   *AppHashParts
	Members []StateValue
	Header  Attestation // of the height after the entry's
	// Later is the header that carries Parts when that is not Header: the state
	// of a later height, which lists the keys of the entry's height too. Its links
	// begin where those of Header end.
	Later *Attestation
}

// StateValue is a value of the state tree and its path; the key follows from
// where it stands.
type StateValue struct {
	Value []byte
	Path  StatePath
}

// ReceiptReport is what a receipt proved.
type ReceiptReport struct {
	Report
	Entry  Hash // entry id
	Body   Body
	Result Result
}

// ResultLeaf is the leaf of a result under the header's results hash: the
// engine's ExecTxResult message with code and data only.
func ResultLeaf(code uint32, data []byte) Hash {
	return TreeLeaf(protoBytes(protoUint(nil, 1, uint64(code)), 2, data))
}

// Verify checks the receipt from the entry's bytes to the validators'
// signatures. The error names the first part that does not hold.
func (c Receipt) Verify(t Trust) (ReceiptReport, error) {
	r := ReceiptReport{Report: Report{Kind: TagReceipt}}
	if err := r.header(c.Header, t); err != nil {
		return r, err
	}
	env, err := DecodeEnvelope(c.Envelope)
	if err == nil && env.Body.ChainID != r.Chain {
		err = fmt.Errorf("%w: the entry is for chain %q", ErrProof, env.Body.ChainID)
	}
	if err != nil {
		return r, r.stop(PartEntry, err)
	}
	r.Entry, r.Body = env.ID(), env.Body
	r.ok(PartEntry, "", "The entry's id is %s.", r.Entry)
	if err := c.signers(&r, env); err != nil {
		return r, r.stop(PartSigners, err)
	}
	if err := c.admission(&r, env, t); err != nil {
		return r, r.stop(PartAdmission, err)
	}
	if err := c.result(&r); err != nil {
		return r, r.stop(PartResult, err)
	}
	return r, nil
}

func (c Receipt) signers(r *ReceiptReport, env Envelope) error {
	first := len(env.Body.Admission)
	for i, k := range env.Body.Signers {
		if !VerifySignature(k, r.Entry, env.Signatures[first+i]) {
			return refuse(PartSigners, "the signature of signer %d is wrong", i+1)
		}
	}
	r.ok(PartSigners, "", "The signatures of all %d signers are right.", len(env.Body.Signers))
	return nil
}

// AdmittingOrgs lists the organisations that admitted, in order of first mention.
func (b Body) AdmittingOrgs() []string {
	var orgs []string
	seen := map[string]bool{}
	for _, a := range b.Admission {
		if !seen[a.Org] {
			seen[a.Org] = true
			orgs = append(orgs, a.Org)
		}
	}
	return orgs
}

func (c Receipt) admission(r *ReceiptReport, env Envelope, t Trust) error {
	orgs := env.Body.AdmittingOrgs()
	if c.Parts == nil {
		r.notShown(PartAdmission, "The keys of %q are not in the receipt: that they signed is the ledger's word, and their signatures in it are not checked.", orgs)
		return nil
	}
	if len(c.Members) != len(orgs) {
		return refuse(PartAdmission, "%d members are shown for %d organisations", len(c.Members), len(orgs))
	}
	listed, err := c.listed(t)
	if err != nil {
		return err
	}
	members := make(map[string]Member, len(orgs))
	for i, org := range orgs {
		m, err := c.Members[i].member(c.Parts.StateRoot, org)
		if err != nil {
			return err
		}
		members[org] = m
	}
	doubt := ""
	for i, a := range env.Body.Admission {
		key, ok := members[a.Org].Key(a.KeyID)
		if !ok || !key.HeldAt(r.Height) {
			return refuse(PartAdmission, "%s had no valid key %d at height %d", a.Org, a.KeyID, r.Height)
		}
		if !VerifySignature(key.Key, r.Entry, env.Signatures[i]) {
			return refuse(PartAdmission, "the signature of %s with key %d is wrong", a.Org, a.KeyID)
		}
		if !key.ValidAt(r.Height) {
			doubt = fmt.Sprintf("Key %d of %s signed, and the ledger took it; since then %s has stated that others had this key from height %d on.", a.KeyID, a.Org, a.Org, key.Compromised)
		}
	}
	if doubt != "" {
		r.notShown(PartAdmission, "%s", doubt)
		return nil
	}
	r.ok(PartAdmission, "", "Admitted by %q with keys that were valid at height %d, as the ledger lists them at height %d.", orgs, r.Height, listed)
	return nil
}

// listed checks the header that carries the members' state, and returns the
// height of that state.
func (c Receipt) listed(t Trust) (uint64, error) {
	if c.Later == nil {
		return c.Header.Signed.Header.Height - 1, c.Header.proves(*c.Parts)
	}
	if err := c.Later.Verify(c.Header.reached(t)); err != nil {
		return 0, err
	}
	return c.Later.Signed.Header.Height - 1, c.Later.proves(*c.Parts)
}

// member checks that the state holds this value for an organisation.
func (v StateValue) member(root Hash, org string) (Member, error) {
	if err := v.Path.VerifyPresent(root, MemberKey(org), v.Value); err != nil {
		return Member{}, err
	}
	return DecodeMember(v.Value)
}

func (c Receipt) result(r *ReceiptReport) error {
	if root := c.Path.Root(ResultLeaf(c.Code, c.Data)); root != c.Header.Signed.Header.LastResults {
		return refuse(PartResult, "the result leads to results hash %s, the header carries %s", root, c.Header.Signed.Header.LastResults)
	}
	res, err := DecodeResult(c.Code, c.Data)
	if err != nil {
		return err
	}
	if res.ID != r.Entry {
		return refuse(PartResult, "the result is of entry %s", res.ID)
	}
	r.Result = res
	r.fact("Entry", "%s", r.Entry)
	for i, e := range r.Body.Entries {
		r.fact(fmt.Sprintf("Act %d", i+1), "%s/%s", e.Module, e.Kind)
	}
	if c.Code != 0 {
		r.ok(PartResult, "", "The ledger refused the entry at height %d with code %d.", r.Height, c.Code)
		return nil
	}
	r.ok(PartResult, "", "The ledger accepted the entry at height %d; it made %d events.", r.Height, len(res.Events))
	return nil
}

// Encode returns [tag, envelope, code, data, path, parts or null, [[value,
// path], ...], attestation, attestation or null].
func (c Receipt) Encode() []byte {
	b := AppendText(AppendArray(make([]byte, 0, 4096), 9), TagReceipt)
	b = AppendUint(AppendBytes(b, c.Envelope), uint64(c.Code))
	b = c.Path.Append(AppendBytes(b, c.Data))
	if c.Parts == nil {
		b = AppendNull(b)
	} else {
		b = AppendBytes(b, c.Parts.Encode())
	}
	b = AppendArray(b, len(c.Members))
	for _, m := range c.Members {
		b = m.append(b)
	}
	b = c.Header.Append(b)
	if c.Later == nil {
		return AppendNull(b)
	}
	return c.Later.Append(b)
}

func (v StateValue) append(b []byte) []byte {
	return v.Path.Append(AppendBytes(AppendArray(b, 2), v.Value))
}

// stateValue reads [value, path].
func (r *Reader) stateValue() StateValue {
	r.ArrayOf(2)
	return StateValue{Value: bytes.Clone(r.Bytes(StateValueSizeMax)), Path: r.StatePath()}
}

// DecodeReceipt reads what Receipt.Encode wrote.
func DecodeReceipt(b []byte) (Receipt, error) {
	r, err := openReader(b, TagReceipt, 9)
	if err != nil {
		return Receipt{}, err
	}
	var c Receipt
	r.In(PartEntry)
	c.Envelope = bytes.Clone(r.Bytes(EnvelopeSizeMax))
	r.In(PartResult)
	c.Code = uint32(r.UintMax(math.MaxUint32))
	c.Data = bytes.Clone(r.Bytes(ResultSizeMax))
	c.Path = r.BranchPath()
	r.In(PartAdmission)
	if !r.Null() {
		parts := r.appHashParts()
		c.Parts = &parts
	}
	r.In(PartAdmission)
	for n := r.Array(AdmissionMax); n > 0 && r.err == nil; n-- {
		c.Members = append(c.Members, r.stateValue())
	}
	if r.err == nil && (c.Parts == nil) != (len(c.Members) == 0) {
		r.fail("has roots without members, or members without roots")
	}
	c.Header = r.Attestation()
	if !r.Null() {
		later := r.Attestation()
		c.Later = &later
	}
	if r.err == nil && c.Later != nil && c.Parts == nil {
		r.fail("has a later header without the roots that it carries")
	}
	r.In(PartFormat)
	if err := r.Done(); err != nil {
		return Receipt{}, fmt.Errorf("couldn't read a receipt: %w", err)
	}
	return c, nil
}
