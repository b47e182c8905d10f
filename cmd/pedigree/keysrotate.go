package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"pedigree/client"
	"pedigree/domain/org"
	"pedigree/domain/org/orgview"
	"pedigree/internal/api"
	"pedigree/internal/keys"
	"pedigree/ledger"
	"pedigree/proof"
)

const (
	// overlapDefault is how long two keys of an organisation are good at once, and
	// overlapMax the longest that may be chosen.
	overlapDefault = 24 * time.Hour
	overlapMax     = 90 * 24 * time.Hour
	// rotationValid is how long the entry that adds a key may wait for a block.
	rotationValid = time.Hour
)

func keysRotateCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "rotate", Short: "Give this home another key, in steps that can be cut short anywhere",
		Long: `Each key is followed by another in its own way; docs/operate/keys.md says how long
to keep one, and what to do when one is lost or stolen. The custody seed is not
followed by another: each package has a key of its own already.`,
	}
	cmd.AddCommand(rotateOrganisationCommand(c), rotateConsensusCommand(c), rotateNodeCommand(c), rotateTokenCommand(c), rotateVaultCommand(c))
	return cmd
}

func rotateOrganisationCommand(c *cli) *cobra.Command {
	var overlap time.Duration
	cmd := &cobra.Command{
		Use: "organisation", Short: "Put another signing key on the ledger, and sign with it from the next start on", Args: cobra.NoArgs,
		Long: `Makes a key, has the ledger take it (signed by both), and only then puts it in the
place of the present one. Restart the node then; both keys are good until the
overlap is over, when the node retires the former by itself. Cut short anywhere,
run it again. The former key stays in keys/ under another name: destroy it when
it is retired.`,
		Example: "  pedigree keys rotate organisation --home ./maker --overlap 48h",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if overlap < 0 || overlap > overlapMax {
				return failWith(exitUsage, "", fmt.Errorf("--overlap %s: give 0 to %s", overlap, overlapMax))
			}
			return c.rotateOrganisation(cmd.Context(), overlap)
		},
	}
	cmd.Flags().DurationVar(&overlap, "overlap", overlapDefault, "how long both keys are good")
	return cmd
}

// rotation is what a home remembers between the making of a key and the retiring of
// the one before.
type rotation struct {
	Old         proof.Key `json:"old"`
	New         proof.Key `json:"new"`
	RetireAfter time.Time `json:"retire_after"`
}

// rotationName is its file. It holds no secret.
const rotationName = "keys/rotation.json"

func (h home) rotationFile() string { return filepath.Join(h.dir, rotationName) }

func (h home) readRotation() (r rotation, found bool, err error) {
	raw, err := os.ReadFile(h.rotationFile())
	if errors.Is(err, fs.ErrNotExist) {
		return r, false, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &r)
	}
	if err != nil {
		return r, false, fmt.Errorf("couldn't read how far the change of the organisation's key is: %w", err)
	}
	return r, true, nil
}

func (c *cli) rotateOrganisation(ctx context.Context, overlap time.Duration) error {
	h := c.homeDir()
	own, err := readCard(h.card())
	if err != nil {
		return failWith(exitUsage, "name the node's home with --home", err)
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	s, err := h.secrets()
	if err != nil {
		return err
	}
	r, err := h.beginRotation(s, overlap)
	if err != nil {
		return err
	}
	if s.Has(keys.Organisation.Next()) {
		if err := addKey(ctx, n, s, own.Member.ID, r); err != nil {
			return err
		}
		if _, err := s.Promote(keys.Organisation); err != nil {
			return err
		}
	}
	own.Member.Key = r.New
	if err := h.replaceCard(own); err != nil {
		return err
	}
	return c.out.result(r, func(w io.Writer) {
		fmt.Fprintf(w, "%s signs with %s from the next start of its node on\n", own.Member.ID, r.New)
		fmt.Fprintf(w, "next: restart the node; it retires %s after %s\n", r.Old, r.RetireAfter.Format(time.RFC3339))
	})
}

// beginRotation makes the key that is to follow, or takes up what was begun.
func (h home) beginRotation(s secrets, overlap time.Duration) (rotation, error) {
	r, begun, err := h.readRotation()
	if err != nil || begun {
		return r, err
	}
	now, err := s.signer("")
	if err != nil {
		return r, err
	}
	seed, err := s.obtain(keys.Organisation.Next())
	if err != nil {
		return r, err
	}
	r = rotation{
		Old: now.public(), New: proof.NewKey(ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)),
		RetireAfter: time.Now().UTC().Add(overlap).Truncate(time.Second),
	}
	raw, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return r, err
	}
	return r, replaceFile(h.rotationFile(), append(raw, '\n'))
}

// addKey has the ledger take the next key, unless it has it.
func addKey(ctx context.Context, n *client.Client, s secrets, orgID string, r rotation) error {
	member, err := memberOf(ctx, n, orgID)
	if err != nil {
		return err
	}
	if _, there := openKey(member, r.New); there {
		return nil
	}
	old, there := openKey(member, r.Old)
	if !there {
		return failWith(exitRefused, "have the members recover the organisation: docs/operate/recovery.md",
			fmt.Errorf("the ledger doesn't take %s as a key of %s any more", r.Old, orgID))
	}
	env, err := addKeyEnvelope(ctx, n, s, orgID, old.ID, r.New)
	if err != nil {
		return err
	}
	var state api.EntryState
	if err := n.Upload(ctx, "/api/v1/entries?wait=commit", "application/cbor", env, &state); err != nil {
		return err
	}
	switch state.State {
	case "committed":
		return nil
	case "refused":
		return failWith(exitRefused, "", fmt.Errorf("the ledger refused the key: %s", state.Text))
	}
	return failWith(exitUnchecked, "run it again in a minute: what was done is not done twice", errors.New("the ledger has not taken the key yet"))
}

// addKeyEnvelope is the entry, signed by the present key and by the new one.
func addKeyEnvelope(ctx context.Context, n *client.Client, s secrets, orgID string, keyID uint64, next proof.Key) (io.Reader, error) {
	var status api.Status
	if err := n.Get(ctx, "/api/v1/status", &status); err != nil {
		return nil, err
	}
	message, err := ledger.EncodeMessage(&org.AddKey{Member: orgID, Key: next})
	if err != nil {
		return nil, err
	}
	body := proof.Body{
		ChainID: status.Chain, ValidUntil: uint64(max(time.Now().Unix(), status.BlockTime.Unix()) + int64(rotationValid/time.Second)),
		Admission: []proof.Admission{{Org: orgID, KeyID: keyID}}, Signers: []proof.Key{next},
		Entries: []proof.Entry{{Module: "org", Kind: "add-key", Message: message}},
	}
	env := proof.Envelope{Body: body, BodyBytes: body.Encode()}
	for _, name := range []keys.Name{keys.Organisation, keys.Organisation.Next()} {
		seed, err := s.bytes(name)
		if err != nil {
			return nil, err
		}
		env.Signatures = append(env.Signatures, proof.Sign(ed25519.NewKeyFromSeed(seed[:]), env.ID()))
	}
	return bytes.NewReader(env.Encode()), nil
}

func memberOf(ctx context.Context, n *client.Client, orgID string) (orgview.Member, error) {
	var m orgview.Member
	err := n.Get(ctx, "/api/v1/organisations/"+url.PathEscape(orgID), &m)
	return m, err
}

// openKey finds a key of a member that is neither retired nor compromised.
func openKey(m orgview.Member, key proof.Key) (orgview.Key, bool) {
	for _, k := range m.Keys {
		if k.Key == key && k.To == 0 && k.Compromised == 0 {
			return k, true
		}
	}
	return orgview.Key{}, false
}

// replaceCard writes the card anew, for those to whom it is given from now on.
func (h home) replaceCard(own card) error {
	raw, err := json.MarshalIndent(own, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(h.card(), append(raw, '\n'))
}
