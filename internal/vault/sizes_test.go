package vault_test

import (
	"strings"
	"testing"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

// TestTheSizesOnAServerAreThoseOfItsVaults asks a server for the sizes of two vaults, of
// which one has more in it, and compares them with what each says of itself.
func TestTheSizesOnAServerAreThoseOfItsVaults(t *testing.T) {
	server := pgtest.New(t)
	vaults := map[string]*vault.Vault{}
	for _, name := range []string{"small", "large-one"} {
		c := config(t, folder(t))
		c.URL, c.Name = server.URL(), name
		vaults[name] = open(t, c)
	}
	for range 20 {
		execute(t, vaults["large-one"], `INSERT INTO note (text) VALUES ($1)`, strings.Repeat("0123456789abcdef", 4096))
	}
	s, err := vault.Connect(t.Context(), vault.ServerConfig{URL: server.URL()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sizes, err := s.Sizes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range vaults {
		if says, err := v.Stats(t.Context()); err != nil || sizes[name] != says.DatabaseBytes || sizes[name] == 0 {
			t.Errorf("%s has %d bytes by the server, %d by itself, %v", name, sizes[name], says.DatabaseBytes, err)
		}
	}
	if len(sizes) != 2 || sizes["large-one"] <= sizes["small"] {
		t.Errorf("the sizes are %v", sizes)
	}
}
