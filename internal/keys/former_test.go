package keys

import (
	"fmt"
	"testing"
)

func TestFormerSecretsAreReadTheNewestFirst(t *testing.T) {
	for _, protected := range []bool{false, true} {
		s := plainHome(t)
		if protected {
			must(t, s.Protect(right))
		}
		for i := range 3 {
			must(t, s.Create(Vault.Next(), fmt.Append(nil, "key ", i)))
			if _, err := s.Promote(Vault); err != nil {
				t.Fatal(err)
			}
		}
		list, err := again(t, s, right).Formers(Vault)
		if err != nil || len(list) != 3 {
			t.Fatalf("protected %v: %d, %v", protected, len(list), err)
		}
		for i, want := range []string{"key 1", "key 0", string(contentOf(Vault))} {
			if string(list[i]) != want {
				t.Errorf("protected %v: former secret %d is %q", protected, i, list[i])
			}
		}
		if list, err := s.Formers(Custody); err != nil || len(list) != 0 {
			t.Errorf("one that never changed has %q, %v", list, err)
		}
	}
	locked := plainHome(t)
	must(t, locked.Protect(right))
	must(t, locked.Create(Vault.Next(), []byte("next")))
	if _, err := locked.Promote(Vault); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(locked.dir).Formers(Vault); err == nil {
		t.Error("a protected one was read without the passphrase")
	}
}
