package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"pedigree/internal/care"
	"pedigree/internal/engine"
	"pedigree/internal/keys"
	"pedigree/internal/node"
)

// adoptKeyFile holds the key of a home that waits for an organisation.
const adoptKeyFile = "adopt.key"

func adoptCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "adopt", Short: "Bring an organisation that another node hosted to a node of its own",
		Example: "  pedigree adopt key --home ./corner\n  pedigree adopt open corner.organisation --home ./corner",
	}
	key := &cobra.Command{
		Use: "key", Short: "Make the key to which the host packs the organisation, and print its public part", Args: cobra.NoArgs,
		Example: "  pedigree adopt key --home ./corner",
		RunE:    func(*cobra.Command, []string) error { return c.adoptKey() },
	}
	var listen, api, peers string
	open := &cobra.Command{
		Use: "open FILE", Short: "Make this home from a packed organisation", Args: cobra.ExactArgs(1),
		Long: `Checks every file and every document, writes the organisation's keys, card and
store, and makes a node key of its own. The one-time keys go on where the host
left off, so the host must have packed it: a copy of its folder is no way.`,
		Example: "  pedigree adopt open corner.organisation --peers 0a1b...@host.example:26656 --home ./corner",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.adopt(cmd.Context(), args[0], initFlags{listen: listen, api: api}, peers)
		},
	}
	open.Flags().StringVar(&listen, "p2p", "127.0.0.1:26656", "host:port for the other members' nodes")
	open.Flags().StringVar(&api, "listen", "127.0.0.1:8480", "host:port of the HTTP interface")
	open.Flags().StringVar(&peers, "peers", "", "nodes to connect to, as org=id@host:port with commas (default: the former host)")
	cmd.AddCommand(key, open)
	return cmd
}

func (c *cli) adoptKey() error {
	h := c.homeDir()
	if _, err := os.Stat(h.card()); err == nil {
		return failWith(exitUsage, "choose another --home", fmt.Errorf("%s holds a node already", h.dir))
	}
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return fmt.Errorf("couldn't make the home folder: %w", err)
	}
	id, err := h.adoptIdentity()
	if err != nil {
		return err
	}
	k, err := h.keyStore().obtainEngineKeys(h.dir)
	if err != nil {
		return err
	}
	nodeID, _, err := k.Public()
	if err != nil {
		return err
	}
	type answer struct {
		Key  string `json:"key"`
		Node string `json:"node"`
	}
	a := answer{id.Recipient().String(), nodeID}
	return c.out.result(a, func(w io.Writer) {
		fmt.Fprintf(w, "key  %s\nnode %s\n", a.Key, a.Node)
		fmt.Fprintf(w, "next: pedigree node sign --org ORG --chain-id CHAIN --addr HOST:PORT --out node.json --home %s\n", h.dir)
		fmt.Fprintf(w, "next, on the host: pedigree hosted pack ORG --to %s --node node.json --out FILE\n", a.Key)
	})
}

// adoptIdentity reads the key of a home that waits, or makes it.
func (h home) adoptIdentity() (*age.X25519Identity, error) {
	path := filepath.Join(h.dir, adoptKeyFile)
	if raw, err := os.ReadFile(path); err == nil {
		id, err := age.ParseX25519Identity(strings.TrimSpace(string(raw)))
		if err != nil {
			return nil, fmt.Errorf("couldn't read %s: it holds no key; remove it and have the organisation packed again", path)
		}
		return id, nil
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("couldn't keep the home's key: %w", err)
	}
	_, err = fmt.Fprintln(f, id)
	return id, errors.Join(err, f.Sync(), f.Close(), syncNames(h.dir))
}

// adoptPlace says where a file of a packed organisation belongs in its home.
func adoptPlace(name string) string {
	switch {
	case name == care.VaultFile:
		return "data/vault/" + name
	case name == "founding.json":
		return name
	case name == "card.json":
		return "card.packed"
	case name == "host.json":
		return "host.packed"
	}
	return ""
}

func (c *cli) adopt(ctx context.Context, file string, f initFlags, peers string) error {
	target := c.homeDir()
	if _, err := os.Stat(target.card()); err == nil {
		return failWith(exitUsage, "choose another --home", fmt.Errorf("%s holds a node already", target.dir))
	}
	if !fileExists(filepath.Join(target.dir, adoptKeyFile)) {
		return failWith(exitUsage, "run pedigree adopt key in this home, and have the organisation packed for what it prints", errors.New("this home has no key of its own"))
	}
	in, err := os.Open(file)
	if err != nil {
		return failWith(exitNotFound, "name the file that pedigree hosted pack wrote", fmt.Errorf("couldn't read the packed organisation: %w", err))
	}
	defer in.Close()
	id, err := target.adoptIdentity()
	if err != nil {
		return err
	}
	plain, err := age.Decrypt(in, id)
	if err != nil {
		return failWith(exitNo, "have it packed for the key that pedigree adopt key prints in this home", fmt.Errorf("couldn't open %s: %w", file, err))
	}
	building := home{target.dir + ".adopting"}
	if err := os.Mkdir(building.dir, 0o700); err != nil {
		return failWith(exitUsage, "remove what an earlier attempt left", err)
	}
	k, err := target.keyStore().obtainEngineKeys(target.dir)
	if err != nil {
		return err
	}
	if f.nodeID, _, err = k.Public(); err != nil {
		return err
	}
	m, err := adopted(ctx, plain, building, f, peers)
	if err == nil {
		err = putAdopted(building, target)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(building.dir))
	}
	return c.out.result(m, func(w io.Writer) {
		fmt.Fprintf(w, "%s has a home of its own in %s: %d files, %d bytes\n", m.Org, target.dir, len(m.Files), m.Bytes())
		fmt.Fprintf(w, "next: pedigree start --home %s; then its former host runs pedigree hosted remove %s\n", target.dir, m.Org)
	})
}

// adopted makes a home from a packed organisation.
func adopted(ctx context.Context, plain io.Reader, h home, f initFlags, peers string) (care.Manifest, error) {
	packed, err := care.Open(plain, h.dir, adoptPlace)
	if err != nil {
		return packed.Manifest, failWith(exitNo, "have it packed again; nothing was changed", err)
	}
	m := packed.Manifest
	founding, err := node.ReadFounding(h.founding())
	if err != nil {
		return m, err
	}
	if founding.ChainID != m.ChainID {
		return m, failWith(exitNo, "have it packed again", fmt.Errorf("the pack's manifest is of chain %s, its founding file of %s", m.ChainID, founding.ChainID))
	}
	s := h.keyStore()
	for _, n := range []keys.Name{keys.Organisation, keys.Custody, keys.Vault, keys.Token} {
		text, there := packed.Secrets[n.PlainFile()]
		if !there {
			return m, failWith(exitNo, "have it packed again", fmt.Errorf("the pack lacks the %s", n))
		}
		if err := s.Create(n, text); err != nil {
			return m, err
		}
	}
	crd, err := adoptedCard(h, s, m.Org)
	if err != nil {
		return m, err
	}
	if err := checkAdoptedStore(ctx, h, s); err != nil {
		return m, err
	}
	return m, writeAdopted(h, crd, founding, f, peers)
}

// adoptedCard is the organisation's card with a node of its own.
func adoptedCard(h home, s secrets, org string) (card, error) {
	crd, err := readCard(filepath.Join(h.dir, "card.packed"))
	if err != nil {
		return crd, err
	}
	if crd.Member.ID != org {
		return crd, failWith(exitNo, "have it packed again", fmt.Errorf("the card is that of %s, the pack that of %s", crd.Member.ID, org))
	}
	return crd, nil
}

// checkAdoptedStore reads every document with the key that came with it.
func checkAdoptedStore(ctx context.Context, h home, s secrets) error {
	v, err := h.openVaultWith(ctx, s, slog.New(slog.DiscardHandler))
	if err != nil {
		return failWith(exitNo, "have it packed again", err)
	}
	var faults []error
	_, err = v.Scrub(ctx, func(err error) { faults = append(faults, err) })
	if err == nil && len(faults) > 0 {
		err = failWith(exitNo, "have it packed again; nothing was changed", errors.Join(faults...))
	}
	return errors.Join(err, v.Close())
}

// writeAdopted writes the configuration and, last, the card.
func writeAdopted(h home, crd card, founding node.Founding, f initFlags, peers string) error {
	host, err := readCard(filepath.Join(h.dir, "host.packed"))
	if err != nil {
		return err
	}
	list := fmt.Sprintf("%s=%s@%s", host.Member.ID, host.Node.ID, host.Node.Addr)
	if peers != "" {
		list = peers
	}
	lines, err := peerLines(list)
	if err != nil {
		return failWith(exitUsage, "give --peers as org=id@host:port, with commas", err)
	}
	text, err := f.configText()
	if err != nil {
		return err
	}
	if founding.Profile == engine.Single {
		return failWith(exitRefused, "found a network with other members first", errors.New("the network is one node for itself: no other can join it"))
	}
	if text, err = withNetwork(text, founding.ChainID, string(founding.Profile), lines); err != nil {
		return err
	}
	if err := writeNew(h.config(), []byte(text)); err != nil {
		return err
	}
	crd.Node = engine.Peer{ID: f.nodeID, Addr: f.listen}
	for _, done := range []string{"card.packed", "host.packed"} {
		if err := os.Remove(filepath.Join(h.dir, done)); err != nil {
			return err
		}
	}
	return writeJSONFile(h.card(), crd)
}

// peerLines turns org=id@host:port, with commas, into the configuration's lines.
func peerLines(list string) (string, error) {
	var out strings.Builder
	for one := range strings.SplitSeq(list, ",") {
		org, rest, ok := strings.Cut(strings.TrimSpace(one), "=")
		id, addr, both := strings.Cut(rest, "@")
		if !ok || !both || org == "" {
			return "", fmt.Errorf("%q is not org=id@host:port", one)
		}
		fmt.Fprintf(&out, "    - {org: %s, id: %s, addr: %q}\n", org, id, addr)
	}
	return out.String(), nil
}

// putAdopted moves what was made into the home, where the key to which it was
// packed has done its work, the card last.
func putAdopted(from, to home) error {
	names := []string{keys.Organisation.PlainFile(), keys.Custody.PlainFile(), keys.Vault.PlainFile()}
	list, err := os.ReadDir(from.dir)
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.Name() != filepath.Base(from.card()) && e.Name() != "keys" {
			names = append(names, e.Name())
		}
	}
	for _, name := range append(names, filepath.Base(from.card())) {
		if err := os.Rename(filepath.Join(from.dir, name), filepath.Join(to.dir, name)); err != nil {
			return fmt.Errorf("couldn't move %s into the home: %w", name, err)
		}
	}
	return errors.Join(os.RemoveAll(from.dir), os.Remove(filepath.Join(to.dir, adoptKeyFile)), syncNames(filepath.Join(to.dir, "keys")), syncNames(to.dir))
}
