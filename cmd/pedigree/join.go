package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/org"
	"pedigree/internal/engine"
	"pedigree/internal/node"
)

// joinFlags say how a network that runs already is joined.
type joinFlags struct {
	peers      []string
	checkpoint string
	documents  documentFlags
}

func joinCommand(c *cli) *cobra.Command {
	var f joinFlags
	cmd := &cobra.Command{
		Use:   "join FOUNDING [CARD...]",
		Short: "Take part in a network: keep its founding file and its members' addresses",
		Long: `A founder gives the cards of all founders; its own must be in the founding file
as it wrote it, and so must the files it gives with --charter, --exit and --fees. Who comes later gives the nodes of some members with --peer; its node
then takes the newest copy of the state from them, checked against what validators
signed. A network that is older than a week needs --checkpoint: a member runs pedigree
checkpoint and reads its line to you, by telephone, say.`,
		Example: `  pedigree join founding.json maker/card.json wholesaler/card.json --home ./wholesaler
  pedigree join founding.json --home ./newcomer --peer maker=4f37d8b8548e06849ad42e2f8ed7f1b34bb9d14a@node.maker.example:26656 \
      --checkpoint 128301:9b61c0d2...`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			founding, err := node.ReadFounding(args[0])
			if err != nil {
				return failWith(exitUsage, "", err)
			}
			if err := f.documents.compare(founding); err != nil {
				return err
			}
			cards, err := readCards(args[1:])
			if err != nil {
				return failWith(exitUsage, "", err)
			}
			if len(f.peers) > 0 {
				err = c.joinLater(founding, cards, f)
			} else {
				err = c.join(founding, cards)
			}
			if err != nil {
				return err
			}
			return c.tellFounding(c.homeDir().founding(), founding, "when all have joined: pedigree start --home "+c.home)
		},
	}
	cmd.Flags().StringArrayVar(&f.peers, "peer", nil, "a member's node as MEMBER=NODE@HOST:PORT, for a network that runs already; may be repeated")
	cmd.Flags().StringVar(&f.checkpoint, "checkpoint", "", "a block as HEIGHT:HASH, which a member read to you from pedigree checkpoint")
	f.documents.register(cmd)
	return cmd
}

// join makes a founder's home part of the network.
func (c *cli) join(f node.Founding, cards []card) error {
	h := c.homeDir()
	own, err := readCard(h.card())
	if err != nil {
		return failWith(exitUsage, "run pedigree init first", err)
	}
	if err := namesValidators(f, append(cards, own)); err != nil {
		return failWith(exitUsage, "give the card of every founder, as found got it", err)
	}
	if err := namesCard(f, own); err != nil {
		return failWith(exitRefused, "give your card to whoever runs pedigree found, and take the new founding file; nothing was kept", err)
	}
	if err := writeJSONFile(h.founding(), f); err != nil {
		return err
	}
	text := ""
	for _, crd := range cards {
		if crd.Member.ID != own.Member.ID {
			text += peerLine(crd.Member.ID, crd.Node)
		}
	}
	return addPeers(h.config(), f, text)
}

// namesCard checks that a founder stands in the founding file as it described itself.
func namesCard(f node.Founding, own card) error {
	part, err := org.ParseFounding(f.Modules["org"])
	if err != nil {
		return fmt.Errorf("couldn't join: %w", err)
	}
	i := slices.IndexFunc(part.Members, func(m org.FoundingMember) bool { return m.ID == own.Member.ID })
	if i < 0 {
		return fmt.Errorf("couldn't join: the founding file names %d members and %s is none of them", len(part.Members), own.Member.ID)
	}
	if !reflect.DeepEqual(part.Members[i], own.Member) {
		there, err := json.Marshal(part.Members[i])
		if err != nil {
			return err
		}
		return fmt.Errorf("couldn't join: the founding file describes %s otherwise than its own card does: %s", own.Member.ID, there)
	}
	return nil
}

func peerLine(member string, p engine.Peer) string {
	return fmt.Sprintf("    - {org: %s, id: %s, addr: %q}\n", member, p.ID, p.Addr)
}

// joinLater makes the home part of a network that runs already.
func (c *cli) joinLater(f node.Founding, cards []card, flags joinFlags) error {
	h := c.homeDir()
	if _, err := readCard(h.card()); err != nil {
		return failWith(exitUsage, "run pedigree init first", err)
	}
	if len(cards) > 0 {
		return failWith(exitUsage, "a founder gives cards, who comes later gives nodes with --peer", errors.New("cards and --peer don't go together"))
	}
	text := ""
	for _, p := range flags.peers {
		member, peer, err := parsePeer(p)
		if err != nil {
			return failWith(exitUsage, "a member's pedigree node id prints its node", err)
		}
		text += peerLine(member, peer)
	}
	var j joinFile
	if flags.checkpoint != "" {
		if _, err := parseCheckpoint(flags.checkpoint); err != nil {
			return failWith(exitUsage, "a member's pedigree checkpoint prints it", err)
		}
		j.Checkpoint = flags.checkpoint
	}
	if err := writeJSONFile(h.founding(), f); err != nil {
		return err
	}
	if err := addPeers(h.config(), f, text); err != nil {
		return err
	}
	return writeJSONFile(h.joinFile(), j)
}

func parsePeer(text string) (member string, p engine.Peer, err error) {
	member, rest, named := strings.Cut(text, "=")
	id, addr, placed := strings.Cut(rest, "@")
	if !named || !placed || member == "" || len(id) != 40 || addr == "" {
		return "", p, fmt.Errorf("a node is MEMBER=NODE@HOST:PORT with a node id of 40 digits, not %q", text)
	}
	return member, engine.Peer{ID: id, Addr: addr}, nil
}

func parseCheckpoint(text string) (engine.Checkpoint, error) {
	height, digits, ok := strings.Cut(text, ":")
	n, err := strconv.ParseInt(height, 10, 64)
	hash, bad := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	if !ok || err != nil || n <= 0 || bad != nil || len(hash) != 32 {
		return engine.Checkpoint{}, fmt.Errorf("a checkpoint is HEIGHT:HASH with a hash of 64 digits, not %q", text)
	}
	return engine.Checkpoint{Height: n, Hash: [32]byte(hash)}, nil
}

// joinFile says in a home that its node joins a network that ran already.
type joinFile struct {
	Checkpoint string `json:"checkpoint,omitempty"`
}

func (h home) joinFile() string { return filepath.Join(h.dir, "join.json") }

// joining reads how the home's node joins, nil if it executes every block.
func (h home) joining() (*node.Joining, error) {
	raw, err := os.ReadFile(h.joinFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't read how this node joins: %w", err)
	}
	var f joinFile
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("couldn't read how this node joins from %s: %w", h.joinFile(), err)
	}
	j := &node.Joining{}
	if f.Checkpoint != "" {
		at, err := parseCheckpoint(f.Checkpoint)
		if err != nil {
			return nil, fmt.Errorf("couldn't read how this node joins from %s: %w", h.joinFile(), err)
		}
		j.Checkpoint = &at
	}
	return j, nil
}
