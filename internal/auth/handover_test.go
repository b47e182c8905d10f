package auth

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// taken is all that is handed over of an organisation, as it is read again.
type taken struct {
	People     []User
	Keys       []APIKey
	Signatures []Signature
	Trail      uint64
	Hash       string
}

func takenOf(t *testing.T, a *Access, org string) (all taken) {
	t.Helper()
	ctx := context.Background()
	err := a.EachPerson(ctx, org, func(u User) error { all.People = append(all.People, u); return nil })
	if err == nil {
		err = a.EachAPIKey(ctx, org, func(k APIKey) error { all.Keys = append(all.Keys, k); return nil })
	}
	if err == nil {
		err = a.EachSignature(ctx, org, func(s Signature) error { all.Signatures = append(all.Signatures, s); return nil })
	}
	trail, checking := a.CheckAudit(ctx, org, "")
	if err != nil || checking != nil {
		t.Fatal(err, checking)
	}
	all.Trail, all.Hash = trail.Seq, trail.Hash
	return all
}

func TestAnOrganisationIsHandedOverWholeAndAlone(t *testing.T) {
	ctx := context.Background()
	host, own := newWorld(t).Access, newWorld(t).Access
	secrets := map[string]string{}
	for _, org := range []string{"corner", "market"} {
		u, err := host.AddPerson(ctx, org, "Pat of "+org)
		if err != nil {
			t.Fatal(err)
		}
		if err := host.Grant(ctx, OwnerOf(org), u.ID, Pharmacist); err != nil {
			t.Fatal(err)
		}
		secret, _, err := host.CreateAPIKey(ctx, OwnerOf(org), "till", []Role{Pharmacist}, 0)
		if err != nil {
			t.Fatal(err)
		}
		secrets[org] = secret
		if _, err := host.SignByToken(ctx, Record{Org: org, Signer: "owner", Meaning: "approval"}); err != nil {
			t.Fatal(err)
		}
	}
	for range listMax + 1 { // more than a page
		if err := host.Record(ctx, "corner", "owner", "test", "something", "done"); err != nil {
			t.Fatal(err)
		}
	}
	want := takenOf(t, host, "corner")
	for range 2 {
		if err := HandOver(ctx, host.store, own.store, "corner"); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, takenOf(t, own, "corner")); diff != "" {
			t.Fatal(diff)
		}
	}
	if who, err := own.ByAPIKey(ctx, secrets["corner"]); err != nil || who.Org != "corner" || !who.May(Dispense) {
		t.Errorf("its API key is that of %+v, %v", who, err)
	}
	if _, err := own.ByAPIKey(ctx, secrets["market"]); err == nil {
		t.Error("another organisation's key came along")
	}
	if other := takenOf(t, own, "market"); len(other.People)+len(other.Keys)+len(other.Signatures) > 0 || other.Trail > 0 {
		t.Errorf("another organisation's came along: %+v", other)
	}
}
