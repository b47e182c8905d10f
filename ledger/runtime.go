package ledger

import (
	"fmt"

	"pedigree/proof"
)

// Runtime executes envelopes by the rules of its modules. It holds no state of
// its own: everything is in the Backend.
type Runtime struct {
	chainID  string
	modules  []Module
	kinds    map[string]EntryKind
	names    map[string]bool
	governor Governor
	verify   Verifier
}

// Verifier judges the signatures of many envelopes. The verdict of each depends
// on nothing but the envelope and its keys; how it is reached (in parallel, in
// batches, from memory of the same bytes) is the verifier's affair.
type Verifier func(work []Signed) []bool

// Signed is one envelope with the keys its signatures must match, in order.
type Signed struct {
	Raw      []byte // the complete envelope
	Envelope proof.Envelope
	Keys     []proof.Key
}

// Checks lists the envelope's signatures to be judged.
func (s Signed) Checks() []SignatureCheck {
	id := s.Envelope.ID()
	out := make([]SignatureCheck, len(s.Keys))
	for i, k := range s.Keys {
		out[i] = SignatureCheck{Key: k, Message: id, Signature: s.Envelope.Signatures[i]}
	}
	return out
}

// VerifyInTurn is the plain verifier: one envelope after another.
func VerifyInTurn(work []Signed) []bool {
	out := make([]bool, len(work))
	for i, w := range work {
		out[i] = VerifySignatures(w.Checks())
	}
	return out
}

// Config sets a runtime up.
type Config struct {
	ChainID  string
	Modules  []Module // in consensus order
	Governor Governor // answers for members' keys
	Verify   Verifier // VerifyInTurn when nil
}

// New checks that the modules fit together and returns their runtime.
func New(c Config) (*Runtime, error) {
	r := &Runtime{chainID: c.ChainID, modules: c.Modules, governor: c.Governor, verify: c.Verify, kinds: map[string]EntryKind{}, names: map[string]bool{}}
	if r.verify == nil {
		r.verify = VerifyInTurn
	}
	if c.ChainID == "" || len(c.ChainID) > proof.ChainIDMax {
		return nil, fmt.Errorf("couldn't set up the ledger: the chain id must have 1 to %d bytes", proof.ChainIDMax)
	}
	prefixes, codes := map[byte]string{proof.PrefixQuota: "kernel", proof.PrefixParams: "kernel"}, map[uint32]string{}
	for _, code := range Codes() {
		codes[code.Number] = code.Name
	}
	for _, m := range c.Modules {
		if err := r.register(m, prefixes, codes); err != nil {
			return nil, fmt.Errorf("couldn't set up module %s: %w", m.Name, err)
		}
	}
	return r, nil
}

func (r *Runtime) register(m Module, prefixes map[byte]string, codes map[uint32]string) error {
	for _, need := range m.Needs {
		if !r.names[need] {
			return fmt.Errorf("it needs module %s, which must stand before it", need)
		}
	}
	if m.Name == "" || r.names[m.Name] {
		return fmt.Errorf("its name is empty or taken")
	}
	r.names[m.Name] = true
	for _, info := range m.Maps {
		if other, taken := prefixes[info.Prefix]; taken {
			return fmt.Errorf("map %s has the prefix %#02x of %s", info.Name, info.Prefix, other)
		}
		prefixes[info.Prefix] = info.Name
	}
	for _, code := range m.Codes {
		if other, taken := codes[code.Number]; taken {
			return fmt.Errorf("code %s has the number %d of %s", code.Name, code.Number, other)
		}
		codes[code.Number] = code.Name
	}
	for _, e := range m.Entries {
		name := m.Name + "/" + e.Name
		if _, taken := r.kinds[name]; taken || len(e.Name) > proof.NameMax {
			return fmt.Errorf("entry kind %q is taken or too long", name)
		}
		r.kinds[name] = e
	}
	return nil
}

// ChainID is the chain this runtime executes.
func (r *Runtime) ChainID() string { return r.chainID }

// Modules lists the modules in consensus order.
func (r *Runtime) Modules() []Module { return r.modules }

// NewMessage returns an empty message of module/kind, for reading one from text.
func (r *Runtime) NewMessage(module, kind string) (Message, error) {
	e, ok := r.kinds[module+"/"+kind]
	switch {
	case !r.names[module]:
		return nil, CodeUnknownModule.Errorf("there is no module %q", module)
	case !ok:
		return nil, CodeUnknownKind.Errorf("module %s has no entry kind %q", module, kind)
	}
	return e.New(), nil
}

func (r *Runtime) decodeMessage(e proof.Entry) (Message, error) {
	m, err := r.NewMessage(e.Module, e.Kind)
	if err != nil {
		return nil, err
	}
	if err := DecodeMessage(e.Message, m); err != nil {
		return nil, CodeMalformed.Errorf("entry %s/%s: %v", e.Module, e.Kind, err)
	}
	if err := m.Validate(); err != nil {
		return nil, err
	}
	return m, nil
}

// Decode reads an envelope and all its messages without looking at state.
func (r *Runtime) Decode(raw []byte) (proof.Envelope, []Message, error) {
	if len(raw) > EnvelopeSizeMax {
		return proof.Envelope{}, nil, CodeTooLarge.Errorf("the envelope has %d bytes where at most %d are allowed; split it", len(raw), EnvelopeSizeMax)
	}
	env, err := proof.DecodeEnvelope(raw)
	if err != nil {
		return proof.Envelope{}, nil, CodeMalformed.Errorf("%v", err)
	}
	if env.Body.ChainID != r.chainID {
		return env, nil, CodeWrongChain.Errorf("the entry is for chain %q, this is %q", env.Body.ChainID, r.chainID)
	}
	messages := make([]Message, len(env.Body.Entries))
	for i, e := range env.Body.Entries {
		if messages[i], err = r.decodeMessage(e); err != nil {
			return env, nil, err
		}
	}
	return env, messages, nil
}

// Invariants runs every module's invariants on committed state.
func (r *Runtime) Invariants(b Backend) error {
	s := View(b)
	for _, m := range r.modules {
		for _, inv := range m.Invariants {
			if err := inv.Check(s); err != nil {
				return fmt.Errorf("invariant %s/%s does not hold: %w", m.Name, inv.Name, err)
			}
		}
	}
	return nil
}
