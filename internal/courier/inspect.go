package courier

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// Inspect tells what of an inlet's place on this machine keeps it from working, without
// writing there. It asks no server.
func (in Inlet) Inspect(now time.Time) error {
	switch {
	case in.SFTP != "":
		return in.Credential.Inspect(now)
	case in.Folder == "":
		return nil
	}
	info, err := inspectFolder(in.Folder)
	if err == nil && info.Mode().Perm()&0o002 != 0 {
		err = fmt.Errorf("anybody on this machine may write in %s, and would pass for the partner; chmod o-w %s", in.Folder, in.Folder)
	}
	return err
}

// Inspect tells what keeps an outlet from being written to, without writing there.
func (o Outlet) Inspect() error {
	_, err := inspectFolder(o.Folder)
	return err
}

func inspectFolder(folder string) (fs.FileInfo, error) {
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("the folder %s isn't there; make it, or name another in pedigree.yaml", folder)
	case err != nil:
		return nil, fmt.Errorf("couldn't look at the folder: %w", err)
	case !info.IsDir():
		return nil, fmt.Errorf("%s is no folder", folder)
	}
	if err := mayChange(folder); err != nil {
		return nil, fmt.Errorf("this user may not read and write in %s: %w; give the node's user the right to", folder, err)
	}
	return info, nil
}

// Inspect tells what is wrong with a credential's files: one that isn't there, that
// others may read, or that isn't what it should be; whether it names the key by which an
// SFTP server is known; and whether its certificate ends soon.
func (c Credential) Inspect(now time.Time) error {
	if c.User != "" && c.HostKey == "" {
		return errors.New("it has a user and no host_key, so no SFTP server is talked to with it; ask the partner for the key that ssh-keygen -l prints")
	}
	if c.CertFile != "" {
		own, err := c.certificate(now)
		if err != nil {
			return err
		}
		if left := own.Leaf.NotAfter.Sub(now); left < certificateWarning {
			return fmt.Errorf("its certificate ends on %s, in %d days; put a new one and its key in place of the files, which count from the next connection",
				own.Leaf.NotAfter.UTC().Format(time.DateOnly), int(left.Hours()/24))
		}
	} else if c.PasswordFile != "" || c.KeyFile != "" {
		if _, err := c.auth(); err != nil {
			return err
		}
	}
	if c.TokenFile != "" {
		if _, err := readWord(c.TokenFile, "token"); err != nil {
			return err
		}
	}
	_, err := c.authorities()
	return err
}
