package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pedigree/domain/org/orgview"
	"pedigree/domain/trace/partnerview"
	"pedigree/internal/auth"
	"pedigree/internal/config"
	"pedigree/internal/keys"
)

// certificateUntil is a certificate that ends at a moment, as PEM.
func certificateUntil(t *testing.T, end time.Time) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: end.AddDate(-1, 0, 0), NotAfter: end}
	raw, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
}

// certificates examines an interface with a certificate and, unless it is nil, an
// authority of machines' certificates.
func certificates(t *testing.T, own, ca []byte) func(*examination) {
	return func(e *examination) {
		c, files := config.TLS{Cert: "tls.pem"}, map[string][]byte{"tls.pem": own}
		if ca != nil {
			c.ClientCA, files["ca.pem"] = "ca.pem", ca
		}
		for name, raw := range files {
			if err := os.WriteFile(filepath.Join(e.home.dir, name), raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		e.certificates(c)
	}
}

// TestDoctorTellsWhatEndsSoon gives each check something that lasts, that ends soon and
// that has ended. A line that isn't OK says what to do.
func TestDoctorTellsWhatEndsSoon(t *testing.T) {
	now := time.Now()
	on := func(days int) string { return now.UTC().AddDate(0, 0, days).Format(time.DateOnly) }
	in := func(days int) time.Time { return now.Add(time.Duration(days)*day + time.Hour) }
	tls := func(own, ca []byte) func(*examination) { return certificates(t, own, ca) }
	good, soon, over := certificateUntil(t, in(90)), certificateUntil(t, in(5)), certificateUntil(t, in(-2))
	licence := func(list ...orgview.Licence) func(*examination) {
		return func(e *examination) { e.licences(orgview.Member{Licences: list}) }
	}
	until := func(days int) orgview.Licence {
		return orgview.Licence{Role: "wholesaler", Place: "US-CA", Number: "W-1", To: on(days)}
	}
	machine := func(k auth.APIKey) func(*examination) {
		other := auth.APIKey{ID: "00", Name: "other", Until: in(80)}
		return func(e *examination) { e.apiKeys([]auth.APIKey{other, k}) }
	}
	permit := func(list ...auth.Permit) func(*examination) {
		return func(e *examination) { e.permits(list) }
	}
	take := auth.PermitTerms{For: auth.PermitTake, Who: "owner"}
	lists := func(list ...partnerview.List) func(*examination) {
		return func(e *examination) { e.licenceLists(list) }
	}
	aged := func(days int) func(*examination) {
		return func(e *examination) {
			e.keyAges([]keys.Status{{Name: keys.Custody, Since: in(-4000)}, {Name: keys.Organisation, Since: now.Add(-time.Duration(days) * day)}})
		}
	}
	figure := func(name, value string, more ...string) func(*examination) {
		f := map[string]string{name: value}
		for i := 0; i < len(more); i += 2 {
			f[more[i]] = more[i+1]
		}
		return func(e *examination) { e.figuresOld(f, 7) }
	}
	for _, c := range []struct {
		name, check, want string
		look              func(e *examination)
	}{
		{"a certificate of three months", "certificates", doctorOK, tls(good, nil)},
		{"a certificate of five days", "certificates", doctorWarn, tls(soon, nil)},
		{"a certificate that ended", "certificates", doctorFail, tls(over, nil)},
		{"a certificate between that ends first", "certificates", doctorWarn, tls(append(append([]byte{}, good...), soon...), nil)},
		{"a file without a certificate", "certificates", doctorFail, tls([]byte("no PEM"), nil)},
		{"an authority of five days", "certificates", doctorWarn, tls(good, soon)},
		{"a key of 300 days", "key age", doctorOK, aged(300)},
		{"a key of 340 days", "key age", doctorWarn, aged(340)},
		{"a licence of three months", "licences", doctorOK, licence(until(90))},
		{"a licence of five days", "licences", doctorWarn, licence(until(5))},
		{"a licence on its last day", "licences", doctorWarn, licence(until(0))},
		{"a licence that ended", "licences", doctorFail, licence(until(-1))},
		{"a licence that another follows", "licences", doctorOK, licence(until(5), until(370))},
		{"an API key of two months", "API keys", doctorOK, machine(auth.APIKey{ID: "aa", Name: "line 4", Until: in(60)})},
		{"an API key of five days", "API keys", doctorWarn, machine(auth.APIKey{ID: "aa", Name: "line 4", Until: in(5)})},
		{"an API key that ended is history", "API keys", doctorOK, machine(auth.APIKey{ID: "aa", Name: "line 4", Until: in(-1)})},
		{"an API key that was revoked", "API keys", doctorOK, machine(auth.APIKey{ID: "aa", Name: "line 4", Until: in(5), Revoked: now})},
		{"a permit of a year", "permits", doctorOK, permit(auth.Permit{Terms: take, Until: in(366)})},
		{"a permit of five days", "permits", doctorWarn, permit(auth.Permit{Terms: take, Until: in(5)})},
		{"a permit that ended", "permits", doctorFail, permit(auth.Permit{Terms: take, Until: in(-1)})},
		{"a permit that another follows", "permits", doctorOK, permit(auth.Permit{Terms: take, Until: in(5)}, auth.Permit{Terms: take, Until: in(366)})},
		{"a permit that another does not follow", "permits", doctorWarn, permit(auth.Permit{Terms: auth.PermitTerms{For: auth.PermitRestore}, Until: in(5)}, auth.Permit{Terms: take, Until: in(366)})},
		{"a licence list of today", "licence lists", doctorOK, lists(partnerview.List{Source: "fda", AsOf: on(0), Until: on(30)})},
		{"a licence list that shows nothing tomorrow", "licence lists", doctorWarn, lists(partnerview.List{Source: "fda", AsOf: on(-30), Until: on(0)})},
		{"a licence list that shows nothing", "licence lists", doctorFail, lists(partnerview.List{Source: "fda", AsOf: on(-31), Until: on(-1)})},
		{"an old list that a new one follows", "licence lists", doctorOK, lists(partnerview.List{Source: "fda", AsOf: on(-31), Until: on(-1)}, partnerview.List{Source: "fda", AsOf: on(0), Until: on(30)})},
		{"50 keys of each partner", "partner keys", doctorOK, figure("pedigree_prekeys_least", "50")},
		{"49 keys of a partner", "partner keys", doctorWarn, figure("pedigree_prekeys_least", "49")},
		{"a sealing key of a month", "sealing key", doctorOK, figure("pedigree_exchange_seal_key_age_seconds", "2592000")},
		{"a sealing key of five months", "sealing key", doctorWarn, figure("pedigree_exchange_seal_key_age_seconds", "12960000")},
		{"all witnesses cosigned", "witnesses", doctorOK, figure("pedigree_witnesses_configured", "2", "pedigree_witnesses_cosigned", "2")},
		{"a witness is away", "witnesses", doctorWarn, figure("pedigree_witnesses_configured", "2", "pedigree_witnesses_cosigned", "1")},
		{"a trail on the ledger", "audit trail", doctorOK, figure("pedigree_audit_unanchored_seconds", "3500")},
		{"a trail that isn't", "audit trail", doctorWarn, figure("pedigree_audit_unanchored_seconds", "11000")},
		{"recall notices of this week", "recall notices", doctorOK, figure("pedigree_recall_notices_age_seconds", "604800")},
		{"recall notices of last month", "recall notices", doctorWarn, figure("pedigree_recall_notices_age_seconds", "2592000")},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &examination{home: home{t.TempDir()}}
			c.look(e)
			checkFinding(t, e, c.check, c.want)
			for _, f := range e.list {
				if f.Verdict != doctorOK && f.Do == "" {
					t.Errorf("%+v doesn't say what to do", f)
				}
			}
		})
	}
	t.Run("what nobody has is not spoken of", func(t *testing.T) {
		e := &examination{home: home{t.TempDir()}}
		e.certificates(config.TLS{})
		e.licences(orgview.Member{})
		e.apiKeys(nil)
		e.permits(nil)
		e.licenceLists(nil)
		e.figuresOld(map[string]string{"pedigree_prekeys_least": "-1", "pedigree_exchange_seal_key_age_seconds": "-1", "pedigree_witnesses_configured": "0", "pedigree_recall_notices_age_seconds": "-1"}, 7)
		if len(e.list) > 0 {
			t.Errorf("%+v", e.list)
		}
	})
}
