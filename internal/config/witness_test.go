package config_test

import (
	"crypto/ed25519"
	"fmt"
	"testing"

	"pedigree/internal/config"
	"pedigree/proof"
)

// asked is a list of witnesses.
func asked(n int) []config.Witness {
	list := make([]config.Witness, n)
	for i := range list {
		k := proof.WitnessKey{Name: fmt.Sprintf("w%d.example", i), Key: make([]byte, ed25519.PublicKeySize)}
		list[i] = config.Witness{Key: k.String(), URL: "https://w.example"}
	}
	return list
}

func TestValidateWitnesses(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*config.Witnesses)
		want   string
	}{
		{"16 may be asked", func(w *config.Witnesses) { w.Ask = asked(16) }, ""},
		{"17 may not", func(w *config.Witnesses) { w.Ask = asked(17) }, "17 witnesses"},
		{"one may be asked by its address", func(w *config.Witnesses) { w.Ask = asked(1); w.Ask[0].URL = "http://192.0.2.1:8490" }, ""},
		{"a key is whole", func(w *config.Witnesses) { w.Ask = asked(1); w.Ask[0].Key = w.Ask[0].Key[1:] }, "witnesses.ask[0].key: "},
		{"an address has no path", func(w *config.Witnesses) { w.Ask = asked(1); w.Ask[0].URL += "/" }, "witnesses.ask[0].url: "},
		{"an address has a scheme", func(w *config.Witnesses) { w.Ask = asked(1); w.Ask[0].URL = "w.example" }, "witnesses.ask[0].url: "},
		{"no secret is in an address", func(w *config.Witnesses) { w.Ask = asked(1); w.Ask[0].URL = "https://a:b@w.example" }, "witnesses.ask[0].url: "},
		{"a witness is asked once", func(w *config.Witnesses) { w.Ask = append(asked(1), asked(1)...) }, "the same as witnesses.ask[0].key"},
		{"a second is the shortest pause", func(w *config.Witnesses) { w.EverySeconds = 1 }, ""},
		{"none is too short", func(w *config.Witnesses) { w.EverySeconds = 0 }, "witnesses.every_seconds: "},
		{"a day is the longest pause", func(w *config.Witnesses) { w.EverySeconds = 86_400 }, ""},
		{"more is too long", func(w *config.Witnesses) { w.EverySeconds = 86_401 }, "witnesses.every_seconds: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := valid()
			test.change(&c.Witnesses)
			checkProblem(t, c, test.want)
		})
	}
}
