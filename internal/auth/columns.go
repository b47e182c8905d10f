package auth

import "pedigree/internal/vault"

// Why columns of this package stand in clear.
const (
	plainName    = "name of a person or machine, as the screens show it"
	plainSubject = "number of a person at the identity provider, by which a sign-in finds its person"
	plainPath    = "path of the interface that was asked, with the numbers of things in it"
)

// tables says what the package's tables hold. A secret is there as its hash alone, and
// has enough chance in it that none is found by guessing.
var tables = []vault.Table{
	{
		Name: "auth_person", Is: map[vault.Class]string{vault.Identifier: "id org issuer", vault.Time: "created removed"},
		Plain: map[string]string{"name": plainName, "subject": plainSubject},
	},
	{Name: "auth_grant", Is: map[vault.Class]string{vault.Identifier: "person given_by", vault.State: "role", vault.Time: "given"}},
	{
		Name: "auth_passkey", Is: map[vault.Class]string{vault.Identifier: "id person", vault.Public: "credential", vault.Time: "created used blocked"},
		Plain: map[string]string{"name": "what its owner calls the device"},
	},
	{
		Name: "auth_invite", Is: map[vault.Class]string{vault.Hash: "hash", vault.Identifier: "person", vault.Time: "until used"},
		Marks: map[string]string{"seal": sealLabel},
	},
	{
		Name: "auth_machine",
		Is: map[vault.Class]string{
			vault.Identifier: "id org prefix created_by", vault.State: "roles", vault.Hash: "hash", vault.Time: "created until used revoked",
		},
		Plain: map[string]string{"name": plainName},
	},
	{
		Name: "auth_session",
		Is: map[vault.Class]string{
			vault.Hash: "hash", vault.Identifier: "id org principal", vault.State: "kind method roles", vault.Time: "began used until",
		},
		Marks: map[string]string{"seal": sealLabel},
	},
	{
		Name: "auth_audit", Is: map[vault.Class]string{vault.Identifier: "org who", vault.Number: "seq", vault.Time: "at", vault.State: "act", vault.Hash: "hash"},
		Plain: map[string]string{
			"object":  "id of the thing that an act was done on, or a path of the interface; the chain of hashes goes over it",
			"outcome": "how it ended, in the program's words; of who acted alone in need the reason. The chain of hashes goes over it",
		},
	},
	{
		Name: "auth_signature",
		Is:   map[vault.Class]string{vault.Identifier: "id org signer", vault.Time: "at used", vault.Hash: "hash", vault.State: "method", vault.Public: "evidence"},
		Plain: map[string]string{
			"record": "what was signed, with the signer's name as it was printed; the signature is over these bytes",
		},
	},
	{
		Name: "auth_pending",
		Is: map[vault.Class]string{
			vault.Identifier: "id org asker decided_by", vault.State: "kind roles act permission method media outcome",
			vault.Hash: "hash", vault.Time: "created until decided",
		},
		Plain: map[string]string{
			"name":    plainName,
			"path":    plainPath,
			"content": "what was asked for, until a second person has decided; the hash is over these bytes",
		},
	},
	{Name: "auth_moved", Is: map[vault.Class]string{vault.Hash: "mark", vault.Identifier: "org"}},
	{Name: "auth_seal", Is: map[vault.Class]string{vault.Identifier: "org name", vault.Hash: "content"}, Marks: map[string]string{"mac": sealLabel}},
}
