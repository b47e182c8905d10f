package proof

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrCheckpoint says that a text is no checkpoint, or not cosigned as it says.
var ErrCheckpoint = errors.New("this is no cosigned checkpoint")

// originPrefix begins the origin of every ledger's checkpoints.
const originPrefix = "pedigree/"

// Checkpoint is the log of events of one ledger at one size, in the form of
// https://c2sp.org/tlog-checkpoint.
type Checkpoint struct {
	ChainID string
	Events  uint64
	Root    Hash
}

// Text is the checkpoint's body: what is signed.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s%s\n%d\n%s\n", originPrefix, c.ChainID, c.Events, base64.StdEncoding.EncodeToString(c.Root[:]))
}

// parseCheckpoint reads what Text writes, in that one form.
func parseCheckpoint(text string) (c Checkpoint, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 {
		return c, fmt.Errorf("%w: it has %d lines where three are expected", ErrCheckpoint, len(lines)-1)
	}
	chain, ours := strings.CutPrefix(lines[0], originPrefix)
	if !ours || chain == "" || len(chain) > ChainIDMax {
		return c, fmt.Errorf("%w: its origin is %q", ErrCheckpoint, lines[0])
	}
	c.ChainID = chain
	if c.Events, err = strconv.ParseUint(lines[1], 10, 64); err != nil {
		return c, fmt.Errorf("%w: its size is %q", ErrCheckpoint, lines[1])
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != HashSize {
		return c, fmt.Errorf("%w: its root is %q", ErrCheckpoint, lines[2])
	}
	c.Root = Hash(root)
	if c.Text() != text {
		return c, fmt.Errorf("%w: it isn't written as a checkpoint is", ErrCheckpoint)
	}
	return c, nil
}
