drop table import_channels, import_refs;
