package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// mark is the high-water mark of a consensus key: the last thing it signed, on
// the disk before the signature leaves.
//
// The file has its full size from the beginning and is overwritten in place, so
// that one write and one data sync make a record durable: no allocation, no
// rename, and no folder entry that a power cut could roll back.
//
// It protects one home folder on one machine. Nothing here can see a copy of the
// key and its mark that signs elsewhere: a validator never runs twice.
type mark struct {
	file   *os.File
	last   markRecord
	home   string
	marked bool  // has-signed stands beside the key
	broken error // a write failed; nothing may be signed any more
}

// createMark makes the mark of a new key, with two records that say "nothing".
func createMark(path string, pub [32]byte) error {
	text := make([]byte, markBytes)
	for seq := range uint64(2) {
		record, err := markRecord{seq: seq, pubKey: pub}.encode()
		if err != nil {
			return err
		}
		copy(text[seq*slotBytes:], record)
	}
	return writeNew(path, text, 0o600)
}

// openMark opens the mark of a key, for this process alone.
func openMark(home string, pub [32]byte) (*mark, error) {
	path := filepath.Join(home, markFile)
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil, markMissing(home)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't open the signing mark: %w", err)
	}
	m := &mark{file: file, home: home}
	if err := m.load(pub); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return m, nil
}

// load locks and reads the file and compares it with what stands beside it.
func (m *mark) load(pub [32]byte) error {
	if err := lockFile(m.file); err != nil {
		return fmt.Errorf("couldn't lock the signing mark %s: another process signs with this key: %w", m.file.Name(), err)
	}
	text, err := os.ReadFile(m.file.Name())
	if err != nil {
		return fmt.Errorf("couldn't read the signing mark: %w", err)
	}
	if m.last, err = newestRecord(text); err != nil {
		return fmt.Errorf("%s: %w; this key must not sign again: make a new home and have the members exchange the key", m.file.Name(), err)
	}
	if m.last.pubKey != pub {
		return fmt.Errorf("%s: %w: it belongs to another key; put the right one back", m.file.Name(), ErrMarkDamaged)
	}
	_, err = os.Stat(filepath.Join(m.home, hasSignedFile))
	m.marked = err == nil
	if m.marked && m.last.step == stepNone {
		return fmt.Errorf("%s: %w: it says that nothing was signed, %s says otherwise; an old copy must not be put back",
			m.file.Name(), ErrMarkStale, hasSignedFile)
	}
	return nil
}

// advance makes a later record durable. After an error nobody knows what the
// disk holds, so nothing can be signed until the process starts anew.
func (m *mark) advance(next markRecord) error {
	if m.broken != nil {
		return m.broken
	}
	next.seq, next.pubKey = m.last.seq+1, m.last.pubKey
	if err := m.write(next); err != nil {
		m.broken = fmt.Errorf("couldn't make the signing mark durable, so no signature may leave: %w", err)
		return m.broken
	}
	m.last = next
	return nil
}

func (m *mark) write(next markRecord) error {
	record, err := next.encode()
	if err != nil {
		return err
	}
	if _, err := m.file.WriteAt(record, int64(next.seq%2)*slotBytes); err != nil {
		return err
	}
	if err := syncData(m.file); err != nil {
		return err
	}
	if m.marked {
		return nil
	}
	if err := writeNew(filepath.Join(m.home, hasSignedFile), nil, 0o600); err != nil {
		return err
	}
	m.marked = true
	return nil
}

func (m *mark) close() error { return m.file.Close() }
