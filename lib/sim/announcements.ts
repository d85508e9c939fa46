import type { Announcement, Announcements } from '../controller/ports.ts';

export interface AnnouncementData {
  readonly announcements: Announcement[];
}

/** Keeps what was published, in order. */
export const announcementsOf = (data: AnnouncementData): Announcements => ({
  publish: async (announcement) => {
    data.announcements.push(announcement);
    return 'published';
  },
});
