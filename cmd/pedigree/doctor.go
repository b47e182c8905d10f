package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"pedigree/internal/care"
	"pedigree/internal/config"
	"pedigree/internal/keys"
	"pedigree/internal/node"
)

// The verdicts of doctor, and what it thinks of a node by.
const (
	doctorOK   = "OK"
	doctorWarn = "WARN"
	doctorFail = "FAIL"

	diskShareWarn, diskShareFail = 0.20, 0.05 // of the disk that is free
	backupAgeWarn                = 24 * time.Hour
	blockAgeWarn, blockAgeFail   = 3 * time.Minute, 15 * time.Minute
	clockAheadMax                = 10 * time.Second // of block time before this clock
	prekeysWarn                  = 100
	dialWait                     = 3 * time.Second
)

// finding is one line of doctor.
type finding struct {
	Check   string `json:"check"`
	Verdict string `json:"verdict"`
	Text    string `json:"text"`
	Do      string `json:"do,omitempty"`
}

// examination gathers the findings about one home.
type examination struct {
	home home
	cli  *cli
	list []finding
}

func (e *examination) add(check, verdict, text, do string) {
	e.list = append(e.list, finding{check, verdict, text, do})
}

func doctorCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Short: "Look a node over, and say what to do", Args: cobra.NoArgs,
		Long: `Checks the configuration, secrets, disk, clock, signing mark, peers, versions, receiving
keys, backups, the ways' folders and secrets, and the store's database server, whether
the node runs or not, and tells what ends soon: certificates, keys, licences, permits and
lists, each with what renews it. Exit code 4 when a line says FAIL.`,
		Example: "  pedigree doctor --home ./maker",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.doctor(cmd.Context()) },
	}
}

func (c *cli) doctor(ctx context.Context) error {
	e := &examination{home: c.homeDir(), cli: c}
	if _, err := readCard(e.home.card()); err != nil {
		return failWith(exitUsage, "name the node's home with --home; pedigree init makes one", err)
	}
	cfg, right := e.configuration()
	e.secrets()
	e.disk()
	e.signingMark()
	e.backup()
	e.storeServer(ctx)
	figures := e.running(ctx)
	if right {
		e.certificates(cfg.API.TLS)
		if figures != nil {
			e.figuresOld(figures, cfg.Verdict.NoticeAgeDays)
		}
		e.ways(cfg.Ways)
		e.peers(ctx, cfg, figures)
	}
	failed := false
	for _, f := range e.list {
		failed = failed || f.Verdict == doctorFail
	}
	err := c.out.result(map[string]any{"home": e.home.dir, "findings": e.list}, func(w io.Writer) {
		for _, f := range e.list {
			fmt.Fprintf(w, "%-5s %-14s %s\n", f.Verdict, f.Check, f.Text)
			if f.Do != "" {
				fmt.Fprintf(w, "      %-14s -> %s\n", "", f.Do)
			}
		}
	})
	if err == nil && failed {
		return &quietExit{exitNo}
	}
	return err
}

func (e *examination) configuration() (config.Config, bool) {
	founding, err := node.ReadFounding(e.home.founding())
	if err != nil {
		e.add("network", doctorFail, err.Error(), "run pedigree found and pedigree join first")
		return config.Config{}, false
	}
	cfg, err := e.cli.readConfig(e.home, founding.ChainID, string(founding.Profile))
	switch {
	case err != nil:
		e.add("configuration", doctorFail, err.Error(), "pedigree config print --defaults explains every key")
		return cfg, false
	case cfg.ChainID != founding.ChainID:
		e.add("configuration", doctorFail, fmt.Sprintf("it names chain %s, the founding file %s", cfg.ChainID, founding.ChainID), "correct chain_id in pedigree.yaml")
		return cfg, false
	}
	e.add("configuration", doctorOK, "right, for chain "+cfg.ChainID, "")
	return cfg, true
}

// secrets looks at the files only: no passphrase is asked for.
func (e *examination) secrets() {
	s := e.home.keyStore()
	open, missing := "", ""
	states, _ := s.states() // a configuration that is wrong is told of before
	e.keyAges(states)
	for _, st := range states {
		if st.State == keys.Missing {
			missing = string(st.Name)
		}
		for _, file := range []string{st.Name.PlainFile(), st.Name.SealedFile()} {
			if info, err := os.Stat(filepath.Join(e.home.dir, file)); err == nil && info.Mode().Perm()&0o077 != 0 {
				open = filepath.Join(e.home.dir, file)
			}
		}
	}
	switch {
	case missing != "":
		e.add("secrets", doctorFail, "the "+missing+" secret is missing", "put it back from the copy that you keep; docs/operate/keys.md")
	case open != "":
		e.add("secrets", doctorFail, open+" can be read by others", "chmod 600 "+open)
	case s.Protected():
		e.add("secrets", doctorOK, "all there, and under a passphrase", "")
	default:
		e.add("secrets", doctorOK, "all there, readable by their owner alone, not under a passphrase", "pedigree keys protect puts them under one")
	}
	if s.Protected() {
		return // whether the key opens the store is seen when the node starts
	}
	if _, err := s.vaultKey(); err != nil {
		e.add("vault key", doctorFail, err.Error(), "put it back from the copy that you keep: without it the private store is lost")
		return
	}
	e.add("vault key", doctorOK, "can be read", "")
}

func (e *examination) disk() {
	e.room(care.DiskFree(e.home.dir))
}

func (e *examination) room(free, total uint64, err error) {
	if err != nil || total == 0 {
		e.add("disk", doctorWarn, fmt.Sprintf("how full it is can't be told: %v", err), "")
		return
	}
	share := float64(free) / float64(total)
	text := fmt.Sprintf("%.1f GB of %.1f GB are free", float64(free)/1e9, float64(total)/1e9)
	switch {
	case share < diskShareFail:
		e.add("disk", doctorFail, text, "make room now: a node stops when its disk is full")
	case share < diskShareWarn:
		e.add("disk", doctorWarn, text, "make room, or move the home to a larger disk; a backup needs room for a copy of the private store")
	default:
		e.add("disk", doctorOK, text, "")
	}
}

func (e *examination) signingMark() {
	if c, err := e.home.settings(); err == nil && c.Signer.Addr != "" {
		e.add("signing mark", doctorOK, "with the consensus key, on the signer at "+c.Signer.Addr, "")
		return
	}
	_, missing := os.Stat(filepath.Join(e.home.dir, "consensus_mark"))
	_, notHeld := os.Stat(filepath.Join(e.home.dir, "consensus_key.held"))
	switch {
	case missing == nil:
		e.add("signing mark", doctorOK, "there", "")
	case notHeld == nil:
		e.add("signing mark", doctorWarn, "the consensus key was restored and signs nothing yet", "keep the node running; docs/operate/backup.md says what it waits for")
	case errors.Is(missing, fs.ErrNotExist):
		e.add("signing mark", doctorFail, "consensus_mark is missing, so the node doesn't start", "bring it from this machine's old disk, or restore with pedigree restore; an older copy of it must not be used")
	default:
		e.add("signing mark", doctorFail, missing.Error(), "")
	}
}

func (e *examination) backup() {
	note, found, err := e.home.readBackupNote()
	const do = "take one at least daily (pedigree backup --out FILE)"
	switch {
	case err != nil || !found:
		e.add("backup", doctorWarn, "none was taken from this home", do)
	case time.Since(note.Taken) > backupAgeWarn:
		e.add("backup", doctorWarn, fmt.Sprintf("the last one is of %s, height %d", note.Taken.Format(time.RFC3339), note.Height), do)
	default:
		e.add("backup", doctorOK, fmt.Sprintf("the last one is of %s, height %d", note.Taken.Format(time.RFC3339), note.Height), "")
	}
}
