package vault

// ownTables says what the vault's own tables hold.
var ownTables = []Table{
	{Name: "vault_schema", Is: map[Class]string{Identifier: "name", Number: "step", Hash: "sha256", Time: "applied"}},
	{
		Name: "vault_meta", Is: map[Class]string{Identifier: "name"},
		Enclosed: map[string]string{"value": "the check of the key, sealed under it; made anew with another key"},
	},
	{
		Name: "vault_document",
		Is:   map[Class]string{Identifier: "id", State: "direction media_type", Number: "size", Time: "created"},
		Enclosed: map[string]string{
			"content": "keyed hash of the content, under the vault's key; made anew from the head with another key",
			"partner": "keyed hash of the partner, under the vault's key; made anew from the head with another key",
			"head":    "key of the parts, hash, name and partner, under the vault's key; sealed anew with another key",
		},
	},
	{
		Name: "vault_chunk", Is: map[Class]string{Identifier: "document", Number: "position"},
		Enclosed: map[string]string{"body": "part of a document, under the document's own random key, which its head holds"},
	},
	{Name: "vault_total", Is: map[Class]string{Identifier: "name", Number: "number bytes"}},
	{
		Name: "vault_job", Is: map[Class]string{Identifier: "id", State: "kind state", Time: "created updated"},
		Sealed: []SealedColumn{{Name: "progress", Of: []string{"id"}, Context: func(of []any) string { return jobContext(of[0].(int64)) }}},
		Plain: map[string]string{
			"place": "where a piece of work goes on: numbers of rows, hashes and paths of goods, which are in clear elsewhere",
		},
	},
	{
		Name: "vault_request", Is: map[Class]string{Time: "created"},
		Enclosed: map[string]string{
			"request": "keyed hash of the request, under the vault's key",
			"answer":  "the answer, under the vault's key",
		},
		Plain: map[string]string{
			"key":   "the idempotency key that a program chose; it is looked up by it and deleted after a day",
			"route": "who asked for what: an id, a method and a path of the interface, by which it is looked up",
		},
	},
}
