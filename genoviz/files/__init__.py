"""The disk and the network: folders, downloads, checksums, long writes that can go on, tables as text."""
