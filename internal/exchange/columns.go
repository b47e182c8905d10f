package exchange

import "pedigree/internal/vault"

// Why columns of this package are as they are.
const (
	enclosedSubject = "name and kind of a document, under the exchange secret of the home's keys, which the vault's key has no part in"
)

// tables says what the package's tables hold.
var tables = []vault.Table{
	{
		Name: "exchange_out",
		Is: map[vault.Class]string{
			vault.Identifier: "id partner unique_key re", vault.State: "kind state answer",
			vault.Time: "created released next_at ended answered checked_at", vault.Number: "attempts", vault.Public: "head receipt",
		},
		Enclosed: map[string]string{"subject": enclosedSubject},
		Plain: map[string]string{
			"reference": "number of the document of the store that is sent, or of the shipment",
			"payload":   "short messages between programs: receiving keys, the wish for some, acknowledgements",
		},
		Sealed: sealedColumns("out", "reason", "answer_text", "checked"),
	},
	{
		Name: "exchange_in",
		Is: map[vault.Class]string{
			vault.Identifier: "id partner re document", vault.State: "kind state", vault.Time: "created received next_at ended",
			vault.Number: "size attempts", vault.Hash: "hash", vault.Public: "receipt",
		},
		Enclosed: map[string]string{"subject": enclosedSubject},
		Sealed:   sealedColumns("in", "verdict", "reason", "checked"),
	},
	{
		Name: "exchange_key", Is: map[vault.Class]string{vault.Hash: "hash", vault.Public: "public", vault.Time: "made closed"},
		Enclosed: map[string]string{"secret": "seed of a key that partners seal to, under the exchange secret of the home's keys, which the vault's key has no part in"},
	},
}
