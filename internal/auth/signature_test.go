package auth

import (
	"errors"
	"strings"
	"testing"

	"pedigree/internal/auth/authtest"
)

// signer is a person with a passkey, and a record to sign.
func (w *world) signer() (*Passkeys, *authtest.Authenticator, Principal, Record) {
	w.Helper()
	p, a, u := w.passkeys(), authtest.NewAuthenticator(w.T, testOrigin), w.add("maker", "Pat Example", Signer)
	w.register(p, a, "maker", u.ID)
	who := New(u.ID, u.Name, Person, "maker", Signer)
	return p, a, who, Record{Org: "maker", Signer: u.ID, Name: u.Name, Meaning: "responsibility", Act: "act", Object: "/acts/set-identifiers", Content: strings.Repeat("a", 64)}
}

func (w *world) signed(p *Passkeys, a *authtest.Authenticator, who Principal, r Record) Signature {
	w.Helper()
	id, options, err := p.BeginSigning(w.Context(), r)
	if err != nil {
		w.Fatal(err)
	}
	s, err := p.FinishSigning(w.Context(), who, id, a.Get(options))
	if err != nil {
		w.Fatal(err)
	}
	return s
}

func TestASignatureStandsForOneRequestOfItsRecord(t *testing.T) {
	w := newWorld(t)
	p, a, who, r := w.signer()
	s := w.signed(p, a, who, r)
	other := r
	other.Content = strings.Repeat("b", 64)
	another := r
	another.Signer = "0123456789abcdef"
	elsewhere := r
	elsewhere.Org = "other"
	for name, r := range map[string]Record{"another content": other, "another signer": another, "another organisation": elsewhere} {
		if err := w.UseSignature(t.Context(), s.ID, r); !errors.Is(err, ErrUnknown) {
			t.Errorf("it stands for %s: %v", name, err)
		}
	}
	if err := w.UseSignature(t.Context(), s.ID, r); err != nil {
		t.Fatal(err)
	}
	if err := w.UseSignature(t.Context(), s.ID, r); !errors.Is(err, ErrUnknown) {
		t.Errorf("it stands for the same request twice: %v", err)
	}
	late := w.signed(p, a, who, r)
	w.clock.pass(FreshAge)
	if err := w.UseSignature(t.Context(), late.ID, r); !errors.Is(err, ErrUnknown) {
		t.Errorf("it is not fresh: %v", err)
	}
}

func TestNobodySignsForAnother(t *testing.T) {
	w := newWorld(t)
	p, a, _, r := w.signer()
	id, options, err := p.BeginSigning(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.FinishSigning(t.Context(), New("fedcba9876543210", "Sam Example", Person, "maker"), id, a.Get(options)); !errors.Is(err, ErrUnknown) {
		t.Errorf("another person finishes: %v", err)
	}
	// A signature's answer is no sign-in, and a sign-in's no signature.
	id, options, err = p.BeginSigning(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.FinishSignIn(t.Context(), id, a.Get(options)); !errors.Is(err, ErrUnknown) {
		t.Errorf("a signature signs in: %v", err)
	}
	in, opts := w.begun(p)
	if _, err := p.FinishSigning(t.Context(), New(r.Signer, r.Name, Person, "maker"), in, a.Get(opts)); !errors.Is(err, ErrUnknown) {
		t.Errorf("a sign-in signs: %v", err)
	}
}

func TestAStoredSignatureIsCheckedAgain(t *testing.T) {
	for name, c := range map[string]struct{ change, want string }{
		"as it was signed":       {``, "right"},
		"with another meaning":   {`UPDATE auth_signature SET record = replace(record, 'responsibility', 'approval')`, "the record is not the one that was signed"},
		"with another name":      {`UPDATE auth_signature SET record = replace(record, 'Pat', 'Sam')`, "the record is not the one that was signed"},
		"with another key":       {`UPDATE auth_signature SET evidence = replace(evidence, '"public_key":"p', '"public_key":"q')`, "the public key can't be read"},
		"with another signature": {`UPDATE auth_signature SET evidence = replace(evidence, '"signature":"ME', '"signature":"MF')`, "the authenticator's signature is wrong"},
		"with another nonce":     {`UPDATE auth_signature SET evidence = replace(evidence, '"nonce":"', '"nonce":"AAAA')`, "the authenticator signed another record"},
		"without evidence":       {`UPDATE auth_signature SET evidence = ''`, "the evidence can't be read"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p, a, who, r := w.signer()
			s := w.signed(p, a, who, r)
			if c.change != "" {
				w.sql(c.change)
			}
			list, err := w.Signatures(t.Context(), "maker", s.ID)
			if err != nil || len(list) != 1 {
				t.Fatal(list, err)
			}
			if list[0].Check != c.want {
				t.Errorf("the check says %q, want %q", list[0].Check, c.want)
			}
		})
	}
}

func TestASignatureWhoseHashWasMadeAnewIsOfAnotherRecord(t *testing.T) {
	w := newWorld(t)
	p, a, who, r := w.signer()
	linesBefore, _, err := w.AuditHead(t.Context(), "maker")
	if err != nil {
		t.Fatal(err)
	}
	s := w.signed(p, a, who, r)
	forged := r
	forged.Content = strings.Repeat("b", 64)
	other, err := w.SignByToken(t.Context(), forged) // makes the row's hash and record right
	if err != nil {
		t.Fatal(err)
	}
	w.sql(`UPDATE auth_signature SET record = (SELECT record FROM auth_signature WHERE id = $1), hash = (SELECT hash FROM auth_signature WHERE id = $1) WHERE id = $2`, other.ID, s.ID)
	list, err := w.Signatures(t.Context(), "maker", s.ID)
	if err != nil || list[0].Check != "the authenticator signed another record" {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := w.Signatures(t.Context(), "other", s.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("another organisation reads it: %v", err)
	}
	if lines, err := w.Audit(t.Context(), "maker", linesBefore, 10); err != nil || len(lines) != 2 || !strings.Contains(lines[0].Object, s.Hash) || lines[0].At.IsZero() {
		t.Errorf("the trail holds %+v, %v", lines, err)
	}
}
