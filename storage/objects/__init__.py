"""Object stores: a folder or any S3, behind one small protocol that the contract suite proves on both."""

from storage.objects.protocol import ObjectInfo, ObjectStore

__all__ = ["ObjectInfo", "ObjectStore"]
