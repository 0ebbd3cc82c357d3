/** The system permissions that the org knows, as PermissionSet and Profile spell their columns without `Permissions`. */
export const PERMISSIONS = [
  'ApiEnabled',
  'AssignPermissionSets',
  'BulkApiHardDelete',
  'CustomizeApplication',
  'ManageProfilesPermissionsets',
  'ManageRoles',
  'ManageSharing',
  'ManageTerritories',
  'ManageUsers',
  'ModifyAllData',
  'ModifyMetadata',
  'QuotaOverride',
  'TransferAnyEntity',
  'TransferAnyLead',
  'ViewAllData',
  'ViewAllForecasts',
  'ViewAllUsers',
  'ViewSetup',
] as const;

export type Permission = (typeof PERMISSIONS)[number];
