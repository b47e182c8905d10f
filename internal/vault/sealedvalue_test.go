package vault_test

import (
	"bytes"
	"errors"
	"testing"

	"pedigree/internal/vault"
)

func TestASealedValueOpensInItsPlaceOnly(t *testing.T) {
	v := open(t, config(t, folder(t)))
	plain := []byte("14 Example Street")
	sealed, err := v.SealValue("book 1", plain)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, plain) {
		t.Error("the value stands in what was sealed")
	}
	if got, err := v.OpenValue("book 1", sealed); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("opened as %q, %v", got, err)
	}
	if _, err := v.OpenValue("book 2", sealed); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("in another place it opens with %v, want ErrDamaged", err)
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := v.OpenValue("book 1", sealed); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("changed, it opens with %v, want ErrDamaged", err)
	}
}

func TestASealedValueHasALargestSize(t *testing.T) {
	v := open(t, config(t, folder(t)))
	most := make([]byte, 4<<20)
	if _, err := v.SealValue("place", most); err != nil {
		t.Errorf("the largest value: %v", err)
	}
	if _, err := v.SealValue("place", append(most, 0)); err == nil {
		t.Error("a value over the largest was sealed")
	}
}
