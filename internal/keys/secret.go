package keys

import (
	"path/filepath"
	"slices"
	"strings"
)

// Name names one of a home's secrets.
type Name string

// The secrets of a home.
const (
	Organisation Name = "organisation"
	Custody      Name = "custody"
	Vault        Name = "vault"
	Consensus    Name = "consensus"
	Node         Name = "node"
	Token        Name = "token"
)

// Secrets that a home has only where it needs them.
const (
	// Channel names one end of the connection between a node and its signer.
	Channel Name = "channel"
	// Witness cosigns checkpoints.
	Witness Name = "witness"
	// nextEnd ends the name of a secret that waits to follow another.
	nextEnd = "-next"
)

// Next is the name under which the secret waits that is to follow this one.
func (n Name) Next() Name { return n + nextEnd }

// Optional lists the secrets that a home may have beside those of Names.
func Optional() []Name {
	return []Name{Organisation.Next(), Vault.Next(), Consensus.Next(), Node.Next(), Channel, Witness}
}

// Kept lists the secrets of which copies are kept and come back. A consensus key that
// waits is none: its mark wouldn't come back with it, and another is soon made.
func Kept() []Name {
	return slices.DeleteFunc(every(), func(n Name) bool { return n == Consensus.Next() })
}

func every() []Name { return append(Names(), Optional()...) }

// Names lists the secrets in the order in which they are shown.
func Names() []Name { return []Name{Organisation, Custody, Vault, Consensus, Node, Token} }

// The folder of the keys, and the file that a passphrase opens.
const (
	folder     = "keys"
	unlockFile = "unlock.age"
)

// Kind says what the secret is for.
func (n Name) Kind() string {
	switch n {
	case Organisation:
		return "signs as the organisation (Ed25519)"
	case Custody:
		return "seed of the custody keys"
	case Vault:
		return "opens the private store"
	case Consensus:
		return "votes on blocks (Ed25519)"
	case Node:
		return "names this node to its peers (Ed25519)"
	case Token:
		return "access to the HTTP interface"
	case Channel:
		return "names this end of the connection to the signer (Ed25519)"
	case Witness:
		return "cosigns checkpoints (Ed25519)"
	}
	if of, next := strings.CutSuffix(string(n), nextEnd); next {
		return "waits to follow the " + of + " secret"
	}
	return "unknown"
}

// PlainFile is where the secret stands in a plain home, below the home's folder.
func (n Name) PlainFile() string {
	switch n {
	case Organisation:
		return filepath.Join(folder, "organisation.key")
	case Custody:
		return filepath.Join(folder, "custody.seed")
	case Vault:
		return filepath.Join(folder, "vault.key")
	case Consensus:
		return "consensus_key.json"
	case Node:
		return "node_key.json"
	case Token:
		return "api.token"
	}
	return filepath.Join(folder, string(n)+".key")
}

// SealedFile is where the secret stands in a protected home, below its folder.
func (n Name) SealedFile() string { return filepath.Join(folder, string(n)+".age") }
